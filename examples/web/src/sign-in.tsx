import { useAuth } from 'portcullis/client/react';
import { useState } from 'react';
import type { SyntheticEvent } from 'react';
import { Farewell } from './farewell.js';
import { Field, Problem, textOf, useTask } from './form.js';

export function SignIn() {
  const { client } = useAuth();
  const [isNew, setNew] = useState(false);
  const { problem, isBusy, run } = useTask();

  const submit = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const input = {
      email: textOf(form, 'email'),
      password: textOf(form, 'password'),
      device: { name: deviceName() },
    };
    run(() => {
      if (!isNew) return client.login(input);
      const name = textOf(form, 'name');
      return client.register(name ? { ...input, name } : input);
    });
  };

  return (
    <>
      <Farewell />
      <section className="card narrow">
        <h1>{isNew ? 'Create an account' : 'Sign in'}</h1>
        <form onSubmit={submit}>
          {isNew && <Field label="Name (optional)" name="name" autoComplete="name" />}
          <Field label="E-mail" name="email" type="email" autoComplete="username" required />
          <Field
            label="Password"
            name="password"
            type="password"
            autoComplete={isNew ? 'new-password' : 'current-password'}
            required
            {...(isNew ? { hint: 'At least 15 characters: a few words will do.' } : {})}
          />
          <Problem>{problem}</Problem>
          <button className="primary" disabled={isBusy}>
            {isNew ? 'Sign up' : 'Sign in'}
          </button>
        </form>
        <p>
          {isNew ? 'You have an account?' : 'New here?'}{' '}
          <button
            type="button"
            className="link"
            onClick={() => {
              setNew(!isNew);
            }}
          >
            {isNew ? 'Sign in instead' : 'Create an account'}
          </button>
        </p>
      </section>
    </>
  );
}

/** Such as "Firefox on Linux". */
function deviceName(): string {
  const { userAgent } = navigator;
  const first = (names: readonly string[]) => names.find((name) => userAgent.includes(name));
  const browser = first(['Firefox', 'Edg', 'Chrome', 'Safari']) ?? 'Browser';
  const system = first(['Android', 'iPhone', 'iPad', 'Windows', 'Mac', 'Linux']) ?? 'a device';
  return `${browser === 'Edg' ? 'Edge' : browser} on ${system}`;
}
