import { render } from 'preact';
import './ui/base.css';
import './ui/cells.css';
import './ui/chat.css';
import './ui/files.css';
import './ui/form.css';
import { App } from './pages/app';
import { guessLanguage, setLanguage } from './i18n';
import { signIn, stage } from './store/core';
import { loadCategories } from './store/known';
import { startRouting } from './store/route';
import { read } from './store/shelf';
import { startTheme } from './store/theme';
import { watchWidth } from './store/wide';
import { refresh } from './store/tickets';
import { launch, ready } from './telegram/env';

async function start(): Promise<void> {
  const launched = launch();
  const kept = read('language');
  startTheme();
  watchWidth();
  startRouting(launched.startParam);
  const signedIn = signIn(launched);
  await setLanguage(kept === 'ru' || kept === 'en' ? kept : guessLanguage(launched.languageCode));
  const place = document.getElementById('app');
  if (place !== null) render(<App />, place);
  ready();
  await signedIn;
  const { startParam } = launched;
  if (stage.value === 'in' && /^(invite|admin|group)_/.test(startParam ?? '')) {
    void import('./store/links').then((room) => room.goOnWithBot(startParam ?? ''));
  }
}

let begun = false;
stage.subscribe((now) => {
  if (now !== 'in' || begun) return;
  begun = true;
  void refresh();
  void import('./store/live').then((room) => room.startLive()); // the first screen stands without it
  void import('./store/release').then(
    (room) => room.keepApp(),
    () => undefined, // the network kept it back: the next visit keeps the app
  );
  loadCategories().catch(() => undefined); // the new-ticket page asks again
});

void start();
