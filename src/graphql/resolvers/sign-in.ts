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
import type { AuthPayloadResolvers, MutationResolvers } from '../generated/resolvers.js';
import { userModel } from '../models.js';

export const signInMutations: MutationResolvers = {
  register: (_, args, { deps, origin }) => register(deps, args, origin),
  login: (_, args, { deps, origin }) => logIn(deps, args, origin),
  refresh: (_, { refreshToken }, { deps, origin }) => refresh(deps, refreshToken, origin),
  logout: (_, { refreshToken }, { deps, origin, bearer }) =>
    logOut(deps, { refreshToken, bearer }, origin),
  logoutEverywhere: (_, { keepCurrent }, context) =>
    logOutEverywhere(context.deps, callerOf(context), keepCurrent),
  reauthenticate: (_, args, context) => reauthenticate(context.deps, callerOf(context), args),
  changePassword: (_, args, context) => changePassword(context.deps, callerOf(context), args),
};

export const AuthPayload: AuthPayloadResolvers = {
  session: ({ session }) => ({ ...session, current: true }),
  user: ({ user }) => userModel(user),
};
