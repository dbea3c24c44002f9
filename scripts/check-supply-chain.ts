/** What we install and commit: where it comes from, how old, under what licence, what it runs, and no secrets. */
import { root, runScript } from './launcher/workspace.ts';
import { findOldPackages } from './supply-chain/floors.ts';
import { findInstallScripts } from './supply-chain/install-scripts.ts';
import { readLicences } from './supply-chain/licences.ts';
import { findStrangePackages, readLockfile } from './supply-chain/lockfile.ts';
import { findSecrets } from './supply-chain/secrets.ts';
import { findWorkflowProblems } from './supply-chain/workflows.ts';

await runScript(async () => {
  const packages = readLockfile(root);
  const { counts, problems: licences } = readLicences(root);
  if (process.argv.includes('--licences'))
    for (const [licence, count] of counts) console.log(`${`${count}`.padStart(5)}  ${licence}`);
  const problems = [
    ...findStrangePackages(packages),
    ...findOldPackages(packages),
    ...findInstallScripts(root),
    ...licences,
    ...findSecrets(root),
    ...(await findWorkflowProblems(root)),
  ];
  for (const problem of problems) console.error(`✗ ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
  else console.log(`✓ ${packages.length} packages from the registry, ${counts.length} licences, no secrets`);
});
