// Rules for the pages: everything that html-validate recommends and everything it can tell about accessibility.
export default {
  root: true,
  extends: ['html-validate:recommended', 'html-validate:document', 'html-validate:a11y', 'html-validate:browser'],
  rules: {
    // Browsers refuse `integrity` on file://, and the files come from the same place as the page: ask for it only elsewhere.
    'require-sri': ['error', { target: 'crossorigin' }],
    // Boxes of one facet share the name of its parameter, as radio buttons share theirs.
    'form-dup-name': ['error', { shared: ['radio', 'checkbox', 'button', 'reset', 'submit'] }],
    // Style: how much of a title a search engine shows. Titles of cases are as long as they have to be.
    'long-title': 'off',
  },
};
