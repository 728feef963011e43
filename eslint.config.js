import neostandard, { plugins, resolveIgnoresFromGitignore } from 'neostandard'

const typescript = plugins['typescript-eslint'].plugin

/** Rules for every file, without type information. */
const everywhere = {
  linterOptions: { noInlineConfig: true },
  rules: {
    // A table of short entries reads best in rows.
    '@stylistic/object-property-newline': 'off',
    'no-warning-comments': ['error', {
      terms: ['todo', 'fixme', 'xxx', 'c8 ignore', 'v8 ignore', 'istanbul ignore', 'node:coverage'],
      location: 'anywhere',
    }],
    'max-lines': ['error', 250],
    'prefer-const': 'error',
  },
}

/** Rules that use type information. */
const typed = {
  files: ['**/*.ts', '**/*.tsx'],
  languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
  plugins: { '@typescript-eslint': typescript },
  rules: {
    '@typescript-eslint/await-thenable': 'error',
    '@typescript-eslint/ban-ts-comment': 'error',
    '@typescript-eslint/no-explicit-any': 'error',
    // tap awaits its subtests itself.
    '@typescript-eslint/no-floating-promises': ['error', {
      allowForKnownSafePromises: [{ from: 'package', name: 'PromiseWithSubtest', package: '@tapjs/core' }],
    }],
    '@typescript-eslint/no-misused-promises': 'error',
    '@typescript-eslint/no-non-null-assertion': 'error',
    '@typescript-eslint/no-unnecessary-condition': 'error',
    '@typescript-eslint/no-unnecessary-type-assertion': 'error',
    '@typescript-eslint/no-unsafe-argument': 'error',
    '@typescript-eslint/no-unsafe-assignment': 'error',
    '@typescript-eslint/no-unsafe-call': 'error',
    '@typescript-eslint/no-unsafe-member-access': 'error',
    '@typescript-eslint/no-unsafe-return': 'error',
    '@typescript-eslint/only-throw-error': 'error',
    '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
    '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    '@typescript-eslint/use-unknown-in-catch-callback-variable': 'error',
  },
}

/** Rules for the product: the service logs through pino, and programs write to process.stdout. */
const product = {
  files: ['src/**/*.ts'],
  rules: { 'no-console': 'error' },
}

/** Rules for the console: a file is read at one sitting, and every text comes from t(). */
const consoleRules = {
  files: ['console/**/*.{ts,tsx}'],
  rules: {
    'max-lines': ['error', 150],
    'no-console': 'error',
    'no-restricted-syntax': ['error', { selector: 'JSXText[value=/\\p{L}{2,}/u]', message: 'Texts come from t().' }],
    'no-restricted-globals': ['error', 'localStorage', 'sessionStorage'],
  },
}

/** A test awaits an event and never sleeps. The exception plays a client that sends at a pace. */
const noSleep = {
  files: ['test/**/*.test.ts'],
  ignores: ['test/infrastructure/runtime/stop-listening.test.ts'],
  rules: {
    'no-restricted-imports': ['error', { paths: [{ name: 'node:timers/promises', importNames: ['setTimeout'], message: 'Await an event instead.' }] }],
  },
}

/** Names of tests are sentences, no test is skipped, and none compares a snapshot. */
const tests = {
  files: ['test/**/*.test.ts'],
  rules: {
    'no-restricted-syntax': ['error',
      { selector: 'CallExpression[callee.property.name="test"] > Literal:first-child:not([value=/^\\S+ .+[^.]$/])', message: 'A name is a sentence without a full stop.' },
      { selector: 'CallExpression > MemberExpression.callee[property.name=/^(skip|todo|only|matchSnapshot)$/]', message: 'No test is skipped, and none compares a snapshot.' },
    ],
  },
}

export default [
  // The consumers compile only beside generated clients, under options of their own.
  ...neostandard({ ts: true, filesTs: ['**/*.tsx'], noJsx: true, ignores: [...resolveIgnoresFromGitignore(), 'test/clients/consumers'] }),
  { ignores: ['test/clients/consumers'] },
  everywhere,
  typed,
  product,
  consoleRules,
  noSleep,
  tests,
]
