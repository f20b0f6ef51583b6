import type { JSX } from 'preact';

/** Grey places where rows will stand, so that nothing jumps when they come. */
export function RowSkeletons({ count = 6 }: { count?: number }): JSX.Element {
  return (
    <div class="skeletons" aria-hidden="true">
      {Array.from({ length: count }, (_, index) => (
        <div class="ticket-row" key={index}>
          <span class="avatar avatar-l ghost" />
          <span class="ticket-text">
            <span class="ghost bar" />
            <span class="ghost bar low" />
            <span class="ghost bar low short" />
          </span>
        </div>
      ))}
    </div>
  );
}

export function BubbleSkeletons(): JSX.Element {
  return (
    <div class="bubble-skeletons" aria-hidden="true">
      {['', 'own short', 'long', 'own', 'short'].map((kind) => (
        <span class={`ghost bubble-ghost ${kind}`} key={kind} />
      ))}
    </div>
  );
}
