import type { ComponentType } from 'preact';
import { Problem } from '../api/problem';
import { learn } from '../i18n';
import { complain } from '../store/toast';
import { lazy, type Lazy } from '../ui/lazy';

const kept = (): void => complain(new Problem('offline', 0, ''));

/** A page whose code is fetched when it is wanted first. */
export function page<Props extends object>(load: () => Promise<ComponentType<Props>>): Lazy<Props> {
  return lazy(load, kept);
}

/** One that only staff see: its words come with it. */
export function staffPage<Props extends object>(load: () => Promise<ComponentType<Props>>): Lazy<Props> {
  return page(() => Promise.all([load(), learn('staff')]).then(([loaded]) => loaded));
}
