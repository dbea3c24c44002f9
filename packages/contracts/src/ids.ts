import { v7 } from 'uuid';

/** The prefix of each Node type's opaque ids: `qz_0190…` is a Quiz. */
export const idPrefixes = {
  AccessToken: 'pat',
  BankEntry: 'bke',
  Card: 'crd',
  ChoiceQuestion: 'qch',
  ClozeQuestion: 'qcl',
  Deck: 'dck',
  DeckImportJob: 'dij',
  DeviceToken: 'dev',
  EssayQuestion: 'qes',
  Generation: 'gen',
  Invoice: 'inv',
  LedgerEntry: 'led',
  LoginEvent: 'lev',
  MatchQuestion: 'qma',
  Material: 'mat',
  MaterialChunk: 'mch',
  Notification: 'ntf',
  NotificationTemplate: 'tpl',
  NumericQuestion: 'qnu',
  OrderQuestion: 'qor',
  PasskeyFactor: 'mpk',
  Plan: 'pln',
  Price: 'prc',
  QuestionBank: 'bnk',
  QuestionImport: 'qim',
  Quiz: 'qz',
  QuizAttempt: 'att',
  Recommendation: 'rec',
  ReminderSchedule: 'rem',
  ReviewLog: 'rvw',
  SchedulerPreset: 'pre',
  Session: 'ses',
  Skill: 'skl',
  StudyGoal: 'gol',
  StudySession: 'sts',
  Subject: 'sub',
  Summary: 'sum',
  TextQuestion: 'qtx',
  TotpFactor: 'mtp',
  User: 'usr',
  UserSubscription: 'usb',
} as const;

export type NodeTypename = keyof typeof idPrefixes;

const typenames = new Map<string, NodeTypename>(
  Object.entries(idPrefixes).map(([typename, prefix]) => [prefix, typename as NodeTypename]),
);

const shape = /^([a-z]{2,3})_[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** A fresh opaque id: the type's prefix and a UUIDv7 (RFC 9562), so ids of one type sort by age. */
export const newId = (typename: NodeTypename): string => `${idPrefixes[typename]}_${v7()}`;

/** A fresh UUIDv7 for rows that are no Node: outbox entries, ledger lines, items. */
export const newRowId = (): string => v7();

/** The Node type that an opaque id belongs to, or null when it is not one of ours. */
export function typenameOf(id: string): NodeTypename | null {
  const prefix = shape.exec(id)?.[1];
  return prefix === undefined ? null : (typenames.get(prefix) ?? null);
}
