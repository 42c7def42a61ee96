import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * Dependencies point one way: errors ← gguf ← model ← native; stages (score, select, heal, rewrite, evaluate, report) know
 * those but not each other; run/ and pipeline put stages together; cli sees the public API alone.
 */
const folders = [
  'gguf',
  'model',
  'native',
  'score',
  'select',
  'heal',
  'rewrite',
  'evaluate',
  'report',
  'run',
  'cli',
];
const allowed = {
  gguf: [],
  model: ['gguf'],
  native: ['gguf', 'model'],
  score: ['gguf'],
  select: ['gguf'],
  heal: ['gguf'],
  rewrite: ['gguf', 'model'],
  evaluate: ['gguf'],
  report: ['gguf'],
  run: folders.filter((folder) => folder !== 'cli'),
  cli: [],
};

const layerRules = folders.map((folder) => {
  const forbidden = folders.filter((other) => other !== folder && !allowed[folder].includes(other));
  const patterns = forbidden.map((other) => ({
    group: [`**/${other}/*`, `**/${other}`],
    message: `src/${folder} must not depend on src/${other}.`,
  }));
  const composers =
    folder === 'cli' ? [] : ['index', 'pipeline', 'healPipeline', 'steps', 'inspect', 'doctor'];
  const top =
    folder === 'cli'
      ? ['pipeline', 'healPipeline', 'steps', 'inspect', 'doctor', 'errors', 'version']
      : composers;
  return {
    files: [`src/${folder}/**/*.{ts,tsx}`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            ...patterns,
            {
              regex: `^(\\.\\./)+(${top.join('|')})\\.js$`,
              message:
                folder === 'cli'
                  ? 'src/cli imports src/index.ts alone.'
                  : 'That file stands above this folder.',
            },
          ],
        },
      ],
    },
  };
});

export default defineConfig(
  { ignores: ['dist/', 'build/', 'node_modules/', 'coverage/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        performance: 'readonly',
        Buffer: 'readonly',
        AbortController: 'readonly',
      },
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  ...layerRules,
);
