import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/** Which rooms a room may not reach into: views → domain → shared; domain → state → api → platform. */
const walls = {
  shared: ['domain', 'views', 'state', 'api', 'platform'],
  platform: ['api', 'state', 'domain', 'views', 'shared'],
  api: ['state', 'domain', 'views', 'shared'],
  state: ['domain', 'views'],
  domain: ['views', 'platform'],
  views: ['platform'],
};

const tauri = {
  group: ['@tauri-apps/*'],
  message: 'Only src/platform speaks with the window.',
};

export default ts.config(
  { ignores: ['dist', 'node_modules'] },
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: {
      // State here is replaced as a whole, never mutated, so plain maps and sets are right.
      'svelte/prefer-svelte-reactivity': 'off',
      'no-restricted-imports': ['error', { patterns: [tauri] }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig },
    },
  },
  ...Object.entries(walls).map(([room, others]) => ({
    files: [`src/${room}/**`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            ...(room === 'platform' ? [] : [tauri]),
            ...others.map((other) => ({
              regex: `^\\.{1,2}/(.*/)?${other}(/|$)`,
              message: `${room} does not reach into ${other}.`,
            })),
          ],
        },
      ],
    },
  })),
);
