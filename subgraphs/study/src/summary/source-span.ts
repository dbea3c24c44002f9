import { type SourceSpan, sourceSpanSchema } from '@studymate/contracts';
import { z } from 'zod';

/** Answers of a text by code points, read many times. */
export function createSpanChecker(materialId: string, revision: number, text: string) {
  const points = Array.from(text);
  /** Whether the span is of this revision and its quote is the text between its offsets. */
  return (span: SourceSpan): boolean =>
    span.materialId === materialId &&
    span.revision === revision &&
    span.start < span.end &&
    span.end <= points.length &&
    points.slice(span.start, span.end).join('') === span.quote;
}

/** Spans as they were stored. */
export const parseSpans = (stored: unknown): SourceSpan[] => z.array(sourceSpanSchema).parse(stored);

/** A span as it was stored, or null where there is none. */
export const parseSpan = (stored: unknown): SourceSpan | null =>
  stored === null || stored === undefined ? null : sourceSpanSchema.parse(stored);
