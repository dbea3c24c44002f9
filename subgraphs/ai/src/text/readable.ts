/** Text as a reader sees it: Markdown marks dropped, white space collapsed. */
export function readable(markdown: string): string {
  return markdown
    .replace(/!\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\[([^\]]+)\]\([^)]*\)/g, '$1')
    .replace(/\[\^?\d+\]/g, '')
    .replace(/(\*\*|__)(?=\S)(.+?)(?<=\S)\1/g, '$2')
    .replace(/(?<![\w*])[*_](?=\S)(.+?)(?<=\S)[*_](?![\w*])/g, '$1')
    .replace(/`([^`]+)`/g, '$1')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Whether a text ends as a sentence does. */
export const endsAsSentence = (text: string): boolean => /[.!?。！？…]["'”’)\]」』]*\s*$/.test(text);
