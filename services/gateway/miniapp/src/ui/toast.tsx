import type { JSX } from 'preact';
import { dismiss, toast } from '../store/toast';

export function ToastLine(): JSX.Element {
  const now = toast.value;
  return (
    <div class="toast-place" role="status" aria-live="polite">
      {now === null ? null : (
        <div class="toast">
          <span>{now.text}</span>
          {now.action === undefined ? null : (
            <button
              type="button"
              onClick={() => {
                dismiss();
                now.action?.run();
              }}
            >
              {now.action.text}
            </button>
          )}
        </div>
      )}
    </div>
  );
}
