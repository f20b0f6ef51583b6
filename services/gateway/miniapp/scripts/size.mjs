// The budget of the first load: the JavaScript that index.html asks for and the larger of the languages, gzipped.
// Looks at what was built last; fails when it is overdrawn (a check, so that an overdraft never keeps a demo from starting).
import { readFileSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUDGET_KB = 45;
const root = new URL('../../tikethet_gateway/static/app/', import.meta.url);
const html = readFileSync(new URL('index.html', root), 'utf8');
const kb = (name) => gzipSync(readFileSync(new URL(name, root)), { level: 9 }).length / 1000;
const assets = readdirSync(new URL('assets/', root)).map((name) => `assets/${name}`);
const asked = [...html.matchAll(/(?:src|href)="\/app\/([^"]+\.js)"/g)].map((match) => match[1]);
const texts = assets.filter((name) => name.includes('/texts-')).map(kb);
const initial = asked.reduce((sum, name) => sum + kb(name), 0) + Math.max(0, ...texts);
for (const name of assets) console.log(`  ${kb(name).toFixed(1).padStart(6)} kB gzip  ${name}`);
console.log(`initial JavaScript: ${initial.toFixed(1)} kB gzip of ${BUDGET_KB}`);
if (asked.length === 0 || initial > BUDGET_KB) process.exit(1);
