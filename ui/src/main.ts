import { mount } from 'svelte';
import App from './App.svelte';
import { settings } from './state/settings.svelte';
import { start } from './state/start';
import './styles/tokens.css';
import './styles/base.css';

settings.setTheme(settings.theme);
start();
mount(App, { target: document.getElementById('app')! });
