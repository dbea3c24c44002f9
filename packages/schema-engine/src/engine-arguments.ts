/** What the Prisma CLI passes to a schema engine. */
export interface EngineArguments {
  readonly version: boolean;
  readonly command: string | undefined;
  readonly url: string | undefined;
  readonly datamodels: readonly string[];
}

export function parseEngineArguments(argv: readonly string[]): EngineArguments {
  const datamodels: string[] = [];
  let url: string | undefined;
  let command: string | undefined;
  for (let index = 0; index < argv.length; index++) {
    const name = argv[index] ?? '';
    if (name === '--version' || name === '-V') return { version: true, command, url, datamodels };
    if (!name.startsWith('-') && name !== 'cli') continue;
    const value = argv[++index] ?? '';
    if (name === '--datamodels' || name === '-d') datamodels.push(value);
    else if (name === '--datasource') url = (JSON.parse(value) as { url?: string }).url;
    else if (name === 'cli') command = value;
  }
  return { version: false, command, url, datamodels };
}
