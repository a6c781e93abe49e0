import { useAuth } from 'portcullis/client/react';
import { useEffect, useRef } from 'react';
import { Field, Problem, textOf } from './form.js';
import { usePrompt } from './password-prompt.js';
import type { Prompt } from './password-prompt.js';

export function PasswordDialog() {
  const prompt = usePrompt();
  return prompt && <Dialog {...prompt} />;
}

function Dialog({ problem, answer }: Prompt) {
  const { user } = useAuth().state;
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby="dialog-title"
      onCancel={() => {
        answer(null);
      }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          answer(textOf(event.currentTarget, 'password'));
        }}
      >
        <h2 id="dialog-title">Is it still you?</h2>
        <p>What comes next is sensitive: please enter your password again.</p>
        {/* For password managers. */}
        <input hidden readOnly autoComplete="username" value={user?.email ?? ''} />
        <Field
          label="Password"
          name="password"
          type="password"
          autoComplete="current-password"
          required
        />
        <Problem>{problem}</Problem>
        <div className="actions">
          <button className="primary">Continue</button>
          <button
            type="button"
            onClick={() => {
              answer(null);
            }}
          >
            Cancel
          </button>
        </div>
      </form>
    </dialog>
  );
}
