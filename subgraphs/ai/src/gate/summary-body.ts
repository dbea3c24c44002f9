import type { SourceSpan, SummaryStyle } from '@studymate/contracts';

interface GroundedPoint {
  readonly heading: string;
  readonly text: string;
  readonly sources: readonly SourceSpan[];
}

/**
 * The Markdown of a summary. Each point ends with the markers of its citations, `[1]` for the first: bullets,
 * bullets under headings, or one paragraph.
 */
export function writeSummaryBody(points: readonly GroundedPoint[], style: SummaryStyle) {
  const citations: SourceSpan[] = [];
  const lines: string[] = [];
  let heading = '';
  for (const point of points) {
    const markers = point.sources.map((source) => `[${citations.push(source)}]`).join('');
    if (style === 'OUTLINE' && point.heading !== '' && point.heading !== heading) {
      heading = point.heading;
      lines.push(lines.length === 0 ? `## ${heading}\n` : `\n## ${heading}\n`);
    }
    const text = point.text.replace(/\s+/g, ' ').trim();
    lines.push(style === 'ABSTRACT' ? `${text} ${markers}` : `- ${text} ${markers}`);
  }
  return { body: lines.join(style === 'ABSTRACT' ? ' ' : '\n'), citations };
}
