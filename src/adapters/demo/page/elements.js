/** Elements by their ids. */
export const $ = (id) => document.getElementById(id)

/** An element with this text, and with children. Text is only ever text. */
export function element (name, { text, className, ...properties } = {}, ...children) {
  const made = document.createElement(name)
  if (text !== undefined) made.textContent = text
  if (className !== undefined) made.className = className
  Object.assign(made, properties)
  made.append(...children)
  return made
}
