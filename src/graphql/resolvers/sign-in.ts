import {
  changePassword,
  logIn,
  logOut,
  logOutEverywhere,
  reauthenticate,
  refresh,
  register,
} from '../../services/index.js';
import { callerOf } from '../context.js';
import { clearIfEnded, logOutByCookie, refreshByCookie } from '../cookie-trade.js';
import { cookiesForSignIn, cookiesOfCaller, deliver } from '../cookie-transport.js';
import type { AuthPayloadResolvers, MutationResolvers } from '../generated/resolvers.js';
import { userModel } from '../models.js';

export const signInMutations: MutationResolvers = {
  register: async (_, args, context) => {
    const cookies = cookiesForSignIn(context, args.input.transport);
    return deliver(context, await register(context.deps, args, context.origin), cookies);
  },
  login: async (_, args, context) => {
    const cookies = cookiesForSignIn(context, args.input.transport);
    return deliver(context, await logIn(context.deps, args, context.origin), cookies);
  },
  refresh: (_, { refreshToken }, context) =>
    refreshToken == null
      ? refreshByCookie(context)
      : refresh(context.deps, refreshToken, context.origin),
  logout: (_, { refreshToken }, context) => {
    if (refreshToken == null) return logOutByCookie(context);
    const { deps, origin, bearer } = context;
    const accessTokens = bearer === undefined ? [] : [bearer];
    return logOut(deps, { refreshToken, accessTokens }, origin);
  },
  logoutEverywhere: (_, { keepCurrent }, context) =>
    clearIfEnded(context, logOutEverywhere(context.deps, callerOf(context), keepCurrent)),
  reauthenticate: async (_, args, context) => {
    const cookies = cookiesOfCaller(context);
    return deliver(context, await reauthenticate(context.deps, callerOf(context), args), cookies);
  },
  changePassword: async (_, args, context) => {
    const cookies = cookiesOfCaller(context);
    return deliver(context, await changePassword(context.deps, callerOf(context), args), cookies);
  },
};

export const AuthPayload: AuthPayloadResolvers = {
  session: ({ session }) => ({ ...session, current: true }),
  user: ({ user }) => userModel(user),
};
