import { createContext } from 'svelte';
import type { App } from './app.svelte.ts';

/** `useApp()` gives a component the stores; `provideApp()` is called once, by the root component. */
export const [useApp, provideApp] = createContext<App>();
