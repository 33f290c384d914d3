import hooks from 'eslint-plugin-react-hooks';
import { defineConfig } from 'eslint/config';
import typescript from 'typescript-eslint';

// Words in the markup would be in one language only.
const literalText = {
  selector: 'JSXText[value=/[A-Za-z\\u00C0-\\u1EF9\\u0600-\\u06FF]{2,}/]',
  message: 'write words in src/texts and say them with t()',
};
const literalAttribute = {
  selector:
    'JSXAttribute[name.name=/^(label|title|placeholder|description|alt|aria-label|hint|error)$/] > Literal[value=/[A-Za-z]{2,}/]',
  message: 'write words in src/texts and say them with t()',
};

export default defineConfig(
  { ignores: ['dist', 'generated'] },
  typescript.configs.strict,
  hooks.configs.flat['recommended-latest'],
  {
    files: ['src/**/*.{ts,tsx}'],
    rules: {
      'no-restricted-syntax': ['error', literalText, literalAttribute],
      'no-restricted-properties': [
        'error',
        ...['innerHTML', 'outerHTML', 'insertAdjacentHTML'].map((property) => ({
          property,
          message: 'show text as text',
        })),
      ],
      'no-restricted-globals': ['error', { name: 'parseFloat', message: 'amounts are decimal texts and stay exact' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      'max-lines': ['error', 600],
    },
  },
);
