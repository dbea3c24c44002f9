import { readFileSync, writeFileSync } from 'node:fs';

const usage = `Usage: node bench/gateway/flame-graph.ts PROFILE SVG
  Draws the second half of a profile of Node's, when a benchmark is past start and warm-up.`;

/** What is read of the format of --cpu-prof (Chrome DevTools Protocol, Profiler.Profile). */
interface Profile {
  readonly nodes: readonly ProfiledCall[];
  /** Ids of nodes. */
  readonly samples: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[];
}

interface ProfiledCall {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[];
}

/** Calls of the same functions from the same ones, together. */
interface Frame {
  readonly name: string;
  readonly url: string;
  microseconds: number;
  readonly calls: Map<string, Frame>;
}

const newFrame = (name: string, url: string): Frame => ({ name, url, microseconds: 0, calls: new Map() });

function readFrames({ nodes, samples, timeDeltas }: Profile): Frame {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const callers = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const all = newFrame('all', '');
  for (let index = samples.length >> 1; index < samples.length; index++) {
    const stack: ProfiledCall[] = [];
    for (let id = samples[index]; id !== undefined; id = callers.get(id)) {
      const call = byId.get(id);
      if (call && call.callFrame.functionName !== '(root)') stack.unshift(call);
    }
    if (stack[0]?.callFrame.functionName === '(idle)') continue;
    const microseconds = timeDeltas[index] ?? 0;
    let frame = all;
    frame.microseconds += microseconds;
    for (const call of stack) {
      const name = call.callFrame.functionName || 'anonymous';
      const key = `${name} ${call.callFrame.url}:${call.callFrame.lineNumber}`;
      const next = frame.calls.get(key) ?? newFrame(name, call.callFrame.url);
      frame.calls.set(key, next);
      next.microseconds += microseconds;
      frame = next;
    }
  }
  return all;
}

const [width, rowHeight, characterWidth] = [1_200, 17, 6.2];
/** Narrower frames are not drawn. */
const narrowest = 1.5;

/** Grey is the machine, blue Node, yellow packages, orange is ours. */
function colourOf({ url }: Frame): string {
  if (url === '') return '#c9c9c9';
  if (url.startsWith('node:')) return '#9fc5e8';
  return url.includes('/node_modules/') ? '#ffe599' : '#f6b26b';
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

interface Drawing {
  readonly scale: number;
  readonly shapes: string[];
  rows: number;
}

function draw(frame: Frame, { x, row }: { readonly x: number; readonly row: number }, to: Drawing): void {
  const wide = frame.microseconds * to.scale;
  if (wide < narrowest) return;
  to.rows = Math.max(to.rows, row + 1);
  const y = row * rowHeight;
  const share = ((100 * wide) / width).toFixed(1);
  const file = frame.url.split('/').slice(-2).join('/');
  const title = escaped(`${frame.name} ${file}, ${share} %`);
  const label = escaped(frame.name.slice(0, Math.max(0, Math.floor(wide / characterWidth) - 1)));
  to.shapes.push(
    `<g><title>${title}</title><rect x="${x.toFixed(1)}" y="${y}" width="${wide.toFixed(1)}" ` +
      `height="${rowHeight - 1}" fill="${colourOf(frame)}"/>` +
      (label.length < 3 ? '</g>' : `<text x="${(x + 2).toFixed(1)}" y="${y + 12}">${label}</text></g>`),
  );
  let start = x;
  for (const called of [...frame.calls.values()].toSorted((a, b) => b.microseconds - a.microseconds)) {
    draw(called, { x: start, row: row + 1 }, to);
    start += called.microseconds * to.scale;
  }
}

/** A flame graph (Gregg: The Flame Graph, 2016) from the top: callers above what they call, widths are shares of time. */
function render(all: Frame): string {
  const drawing: Drawing = { scale: width / all.microseconds, shapes: [], rows: 0 };
  draw(all, { x: 0, row: 0 }, drawing);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${drawing.rows * rowHeight}" ` +
      'font-family="monospace" font-size="10">',
    ...drawing.shapes,
    '</svg>\n',
  ].join('\n');
}

const [profile, target] = process.argv.slice(2);
if (profile === undefined || target === undefined) {
  console.error(usage);
  process.exitCode = 1;
} else {
  writeFileSync(target, render(readFrames(JSON.parse(readFileSync(profile, 'utf8')))));
}
