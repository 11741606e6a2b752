import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/fields.css';
import './styles/table.css';
import './styles/page.css';
import { mount } from 'svelte';
import { App } from './app.svelte.ts';
import Root from './root.svelte';

const target = document.getElementById('app');
if (!target) throw new Error('The page has no element with the ID app.');
mount(Root, { target, props: { app: new App() } });
