import type { NotificationDatabase } from '@studymate/database/notification';
import type { Mailer } from '@studymate/mail';
import { createPersonalData, type PersonalData } from '@studymate/privacy';
import { contextFactory, type SubgraphContext } from '@studymate/subgraph-kit';
import { type BroadcastRepository, createBroadcastRepository } from './broadcast/broadcast.repository.ts';
import { createDeliveryRepository, type DeliveryRepository } from './delivery/delivery.repository.ts';
import { createDeviceRepository, type DeviceRepository } from './device/device.repository.ts';
import {
  createNotificationRepository,
  type NotificationRepository,
} from './notification/notification.repository.ts';
import { createPreferenceRepository, type PreferenceRepository } from './preference/preference.repository.ts';
import { personalTables } from './privacy/personal-tables.ts';
import { createRecipientRepository, type RecipientRepository } from './recipient/recipient.repository.ts';
import { createReminderRepository, type ReminderRepository } from './reminder/reminder.repository.ts';
import { createTallyRepository, type TallyRepository } from './report/tally.repository.ts';
import { createTemplateRepository, type TemplateRepository } from './template/template.repository.ts';

/** What comes from outside: the way mails leave, and how they can be stopped. */
export interface Resources {
  readonly mailer: Pick<Mailer, 'sendMail'>;
  readonly unsubscribeSecret: string;
  readonly unsubscribePage: string | null;
  readonly leaseMs: number;
}

/** Everything one request, event or job may touch. */
export interface Context extends SubgraphContext<Context>, Resources {
  readonly notifications: NotificationRepository;
  readonly deliveries: DeliveryRepository;
  readonly preferences: PreferenceRepository;
  readonly recipients: RecipientRepository;
  readonly templates: TemplateRepository;
  readonly reminders: ReminderRepository;
  readonly devices: DeviceRepository;
  readonly tallies: TallyRepository;
  readonly broadcasts: BroadcastRepository;
  readonly personalData: PersonalData;
}

export const createContext = contextFactory<NotificationDatabase, Resources, Context>(
  (database, base, resources) => ({
    ...base,
    ...resources,
    notifications: createNotificationRepository(database),
    deliveries: createDeliveryRepository(database),
    preferences: createPreferenceRepository(database),
    recipients: createRecipientRepository(database),
    templates: createTemplateRepository(database),
    reminders: createReminderRepository(database),
    devices: createDeviceRepository(database),
    tallies: createTallyRepository(database),
    broadcasts: createBroadcastRepository(database),
    personalData: createPersonalData(database, personalTables),
  }),
);
