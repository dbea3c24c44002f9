import { STATUS_CODES } from 'node:http';

type Headers = Readonly<Record<string, string | number>>;

const unfit = /[^\t\x20-\x7e\x80-\xff]/;

let second = 0;
let date = '';

/** The time as HTTP writes it (RFC 9110, 5.6.7), made once a second. */
function httpDate(): string {
  const now = Math.floor(Date.now() / 1000);
  if (now !== second) {
    second = now;
    date = new Date(now * 1000).toUTCString();
  }
  return date;
}

/** Status line and field lines of a response (RFC 9112, 4 and 5). Throws a TypeError for what HTTP cannot carry. */
export function responseHead(status: number, headers: Headers): string {
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\ndate: ${httpDate()}\r\n`;
  let values = '';
  for (const name in headers) {
    const value = headers[name] ?? '';
    values += value;
    head += `${name}: ${value}\r\n`;
  }
  if (unfit.test(values)) throw new TypeError('A header holds what no header can.');
  return `${head}\r\n`;
}
