import type { ImportProblem } from '@studymate/database/quiz';
import type { Context } from '../context.ts';
import { storeFile } from '../file/question-file.service.ts';

const problemsPerRead = 5_000;

/** A cell of RFC 4180; what a spreadsheet would take for a formula is quoted. */
function cell(value: string | number | null): string {
  const text = String(value ?? '');
  return `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
}

const row = ({ line, item, message }: Pick<ImportProblem, 'line' | 'item' | 'message'>) =>
  `${[line, item, message].map(cell).join(',')}\r\n`;

/** Writes all problems of an import as CSV (RFC 4180: line, item, message) into the object store; answers the file's id. */
export async function storeReport(context: Context, ownerId: string, importId: string): Promise<string> {
  const rows = ['line,item,message\r\n'];
  for (let last = 0; ; ) {
    const problems = await context.questionImports.problemsAfter(importId, last, problemsPerRead);
    rows.push(...problems.map(row));
    last = problems.at(-1)?.number ?? last;
    if (problems.length < problemsPerRead) break;
  }
  const body = Buffer.from(rows.join(''));
  const file = { ownerId, kind: 'REPORT' as const, filename: 'problems.csv', contentType: 'text/csv', body };
  return (await storeFile(context, file)).id;
}
