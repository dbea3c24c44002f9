import type { Dashboard } from './dashboard.ts';
import { gateway } from './gateway.ts';
import { overview } from './overview.ts';
import { services } from './services.ts';
import { work } from './work.ts';

export const dashboards: readonly Dashboard[] = [overview, gateway, services, work];
