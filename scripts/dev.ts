/** Starts every part as its own process and reloads what an edit touches: SDL, code, migrations, operations. */
import { stayInFront } from './launcher/foreground.ts';
import { launch } from './launcher/launch.ts';
import { reloadOnEdits } from './launcher/reload.ts';
import { startSchemaTools } from './launcher/schema-tools.ts';
import { runScript } from './launcher/workspace.ts';

await runScript(async () => {
  const launched = await stayInFront((onEnd) => launch(true, onEnd));
  reloadOnEdits({ ...launched, schemaTools: startSchemaTools() });
  console.log('▸ Watching schema, subgraphs, gateway, packages and prisma');
});
if (process.exitCode) process.exit();
