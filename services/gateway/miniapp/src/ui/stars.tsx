import type { JSX } from 'preact';
import { t } from '../i18n';

const STAR = 'M12 3.2l2.7 5.5 6 .9-4.3 4.3 1 6L12 17l-5.4 2.9 1-6L3.3 9.6l6-.9z';

export function Star({ full, size = 18 }: { full: boolean; size?: number }): JSX.Element {
  return (
    <svg class={`star ${full ? 'full' : ''}`} width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <path d={STAR} />
    </svg>
  );
}

/** A rating that was given. */
export function Stars({ score }: { score: number }): JSX.Element {
  return (
    <span class="stars-given">
      {[1, 2, 3, 4, 5].map((each) => (
        <Star key={each} full={each <= score} />
      ))}
      <span class="hidden">{t('rate.given', { score })}</span>
    </span>
  );
}
