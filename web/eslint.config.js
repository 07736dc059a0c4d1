// Layers, names, sizes and language rules of the web workspace.
import { readdirSync } from 'node:fs'
import tsParser from '@typescript-eslint/parser'
import vue from 'eslint-plugin-vue'
import a11y from 'eslint-plugin-vuejs-accessibility'
import vueParser from 'vue-eslint-parser'
import tianmu from './scripts/eslint-rules.js'

const apps = readdirSync(new URL('./apps', import.meta.url))

/** Forbid imports below a folder: `floors` says what a layer may not see, with the reason shown to the author. */
function layer(files, patterns) {
  return { files, rules: { 'no-restricted-imports': ['error', { patterns }] } }
}

const anywhere = (name) => [`@tianmu/${name}`, `@tianmu/${name}/**`, `**/packages/${name}/**`, `**/apps/${name}/**`]
const noApps = {
  group: apps.flatMap(anywhere),
  message: 'Arrows only downward: apps import packages, never the reverse.',
}

const appLayers = apps.map((app) =>
  layer(
    [`apps/${app}/**`],
    apps
      .filter((other) => other !== app)
      .map((other) => ({
        group: [...anywhere(other), `**/../${other}/**`],
        message: 'An app never imports another app.',
      })),
  ),
)

export default [
  { ignores: ['node_modules/**', 'packages/api/schema.d.ts', '**/components.d.ts'] },
  ...vue.configs['flat/recommended'],
  ...a11y.configs['flat/recommended'],
  {
    files: ['**/*.{ts,vue}'],
    languageOptions: { parser: vueParser, parserOptions: { parser: tsParser, sourceType: 'module' } },
    plugins: { tianmu },
    rules: {
      'no-var': 'error',
      'prefer-const': 'error',
      eqeqeq: 'error',
      'no-console': 'error',
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
      'no-restricted-syntax': [
        'error',
        { selector: 'TSAnyKeyword', message: 'Give it a type, or unknown and a check.' },
        { selector: 'TSNonNullExpression', message: 'Handle the missing case instead of "!".' },
      ],
      'tianmu/no-chinese-literal': 'error',
      'vue/multi-word-component-names': 'off',
      'vue/component-name-in-template-casing': [
        'error',
        'PascalCase',
        { registeredComponentsOnly: false, ignores: ['component', 'slot', 'template', 'transition', 'teleport'] },
      ],
      'vue/block-order': ['error', { order: ['script', 'template', 'style'] }],
      'vue/max-props': ['error', { maxProps: 8 }],
      'vue/max-template-depth': ['error', { maxDepth: 9 }],
      'vue/no-v-html': 'error',
      'vue/require-default-prop': 'off',
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/first-attribute-linebreak': 'off',
      'vue/attributes-order': 'off',
      'vuejs-accessibility/label-has-for': 'off',
      'vuejs-accessibility/form-control-has-label': 'off',
      'vuejs-accessibility/no-autofocus': 'off',
      'vuejs-accessibility/no-static-element-interactions': 'off',
      'vuejs-accessibility/no-redundant-roles': 'off',
      'vuejs-accessibility/interactive-supports-focus': 'off',
    },
  },
  { files: ['**/*.test.ts', '**/text/*.ts'], rules: { 'max-lines': 'off', 'max-lines-per-function': 'off' } },
  // A composable or store is one closure around several functions; the functions inside stay short.
  {
    files: ['**/use*.ts', '**/stores/*.ts'],
    rules: { 'max-lines-per-function': ['error', { max: 80, skipBlankLines: true, skipComments: true }] },
  },
  layer(
    ['packages/ui/**'],
    [
      noApps,
      { group: [...anywhere('api'), ...anywhere('widgets')], message: 'ui knows neither the server nor the widgets.' },
    ],
  ),
  layer(
    ['packages/api/**'],
    [noApps, { group: [...anywhere('ui'), ...anywhere('widgets')], message: 'api knows neither ui nor widgets.' }],
  ),
  layer(
    ['packages/widgets/**'],
    [noApps, { group: anywhere('api'), message: 'widgets get their data as props, never from the server.' }],
  ),
  ...appLayers,
]
