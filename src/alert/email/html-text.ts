/** A text inside an element or a quoted attribute: nothing of it is markup. */
export function html(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** An element with styles and, for dark readers, classes; `content` is markup already. */
export function element(tag: string, style: string, content: string, classes = ''): string {
  return `<${tag}${classes === '' ? '' : ` class="${classes}"`} style="${style}">${content}</${tag}>`
}

/** A table for layout only, which screen readers do not announce. */
export function table(style: string, rows: string, classes = ''): string {
  const name = classes === '' ? '' : ` class="${classes}"`
  return `<table role="presentation" cellpadding="0" cellspacing="0" border="0"${name} style="${style}">${rows}</table>`
}
