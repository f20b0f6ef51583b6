// Kind words and a small drawing where there is nothing to show. Drawn in the theme's own colours.
import type { ComponentChildren, JSX } from 'preact';
import { t } from '../i18n';
import { Button } from './controls';

const DRAWINGS = {
  calm: (
    <>
      <path class="soft" d="M20 62c0-22 18-40 40-40s40 18 40 40c0 12-5 22-13 29v13l-13-6c-4 1.5-9 2.5-14 2.5-22 0-40-16.5-40-38.5z" />
      <path class="line" d="M44 64c4 6 10 9 16 9s12-3 16-9" />
      <circle class="fill" cx="47" cy="52" r="3.5" />
      <circle class="fill" cx="73" cy="52" r="3.5" />
      <path class="line thin" d="M98 26l5-8M106 36l9-3M88 18l1-9" />
    </>
  ),
  done: (
    <>
      <path class="soft" d="M24 34a8 8 0 0 1 8-8h56a8 8 0 0 1 8 8v12a11 11 0 0 0 0 22v12a8 8 0 0 1-8 8H32a8 8 0 0 1-8-8V68a11 11 0 0 0 0-22z" />
      <path class="line thick" d="M45 57l11 11 20-23" />
      <path class="line thin" d="M104 22l6-6M110 32h8M18 92l-6 6M22 102v8" />
    </>
  ),
  search: (
    <>
      <circle class="soft" cx="54" cy="54" r="32" />
      <circle class="line" cx="54" cy="54" r="32" />
      <path class="line thick" d="M78 78l22 22" />
      <path class="line thin" d="M44 62c3-4 6.5-6 10-6s7 2 10 6" />
      <circle class="fill" cx="44" cy="47" r="3" />
      <circle class="fill" cx="64" cy="47" r="3" />
    </>
  ),
  broken: (
    <>
      <path class="soft" d="M36 88a22 22 0 0 1-2-44 30 30 0 0 1 58 6 19 19 0 0 1-2 38z" />
      <path class="line" d="M52 62l16 16M68 62L52 78" />
      <path class="line thin" d="M24 100h12M46 104h28M84 100h12" />
    </>
  ),
  plane: (
    <>
      <circle class="soft" cx="60" cy="60" r="40" />
      <path class="line" d="M34 60l54-24-16 50-14-14zM58 72l30-36M58 72v16l8-10" />
    </>
  ),
  door: (
    <>
      <rect class="soft" x="34" y="22" width="52" height="78" rx="6" />
      <path class="line" d="M34 100V28a6 6 0 0 1 6-6h40a6 6 0 0 1 6 6v72M24 100h72" />
      <circle class="fill" cx="74" cy="62" r="3.5" />
      <path class="line thin" d="M48 38h24M48 48h16" />
    </>
  ),
} as const;

export function Empty(props: { drawing: keyof typeof DRAWINGS; title: string; text: string; isPage?: boolean; children?: ComponentChildren }): JSX.Element {
  const Heading = props.isPage === true ? 'h1' : 'h2';
  return (
    <div class="empty">
      <svg class="drawing" width="120" height="120" viewBox="0 0 120 120" aria-hidden="true">
        {DRAWINGS[props.drawing]}
      </svg>
      <Heading>{props.title}</Heading>
      <p>{props.text}</p>
      {props.children}
    </div>
  );
}

/** What was to stand here did not come, and can be asked for again. */
export function Failed({ again, isPage = false }: { again: () => void; isPage?: boolean }): JSX.Element {
  return (
    <Empty isPage={isPage} drawing="broken" title={t('list.failed.title')} text={t('list.failed.text')}>
      <Button kind="tinted" onPress={again}>
        {t('retry')}
      </Button>
    </Empty>
  );
}
