const ICON = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="4" fill="#0b57c2"/><path d="M6 4.5v7l5.5-3.5z" fill="#fff"/></svg>'

/** On a narrow screen the cells of a response stand below each other, and what is wide scrolls within its box. In the dark, all words can be read. */
const STYLE = `
html.dark-mode .swagger-ui :is(.header-row td, .header-col, .examples-select__section-label) { color: #e4e6e6 }
.swagger-ui table.headers td { padding-right: .5rem !important }
@media (max-width: 640px) {
  .swagger-ui table.responses-table > thead { display: none }
  .swagger-ui table.responses-table, .swagger-ui table.responses-table > tbody, .swagger-ui table.responses-table > tbody > tr, .swagger-ui table.responses-table > tbody > tr > td { display: block; width: auto; max-width: 100%; min-width: 0 }
  .swagger-ui .response-col_description { overflow-x: auto }
  .swagger-ui table.responses-table .response-col_links { display: none !important }
  .swagger-ui .response-controls { flex-wrap: wrap; gap: .5rem }
  .swagger-ui .opblock-body select { max-width: 100% }
}
`

/** The reader has dark colours, and no button for them in this layout: it follows the browser. */
const SCRIPT = `
const dark = matchMedia('(prefers-color-scheme: dark)')
const follow = () => { document.documentElement.classList.toggle('dark-mode', dark.matches) }
dark.addEventListener('change', follow)
follow()
`

/** How the reader of the document looks. */
export const THEME = {
  title: 'BasVideo API',
  favicon: [{ filename: 'icon.svg', rel: 'icon', sizes: 'any', type: 'image/svg+xml', content: ICON }],
  css: [{ filename: 'reader.css', content: STYLE }],
  js: [{ filename: 'dark.js', content: SCRIPT }],
}
