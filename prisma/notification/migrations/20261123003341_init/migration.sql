-- CreateEnum
CREATE TYPE "Category" AS ENUM ('SECURITY', 'BILLING', 'REVIEW_DUE', 'STREAK_AT_RISK', 'GOAL', 'QUIZ_RESULT', 'AI_READY', 'RECOMMENDATION', 'WEEKLY_REPORT', 'PRODUCT');

-- CreateEnum
CREATE TYPE "Channel" AS ENUM ('IN_APP', 'EMAIL');

-- CreateEnum
CREATE TYPE "DeliveryState" AS ENUM ('SCHEDULED', 'DEFERRED', 'SENT', 'DELIVERED', 'FAILED', 'SUPPRESSED', 'BOUNCED');

-- CreateEnum
CREATE TYPE "DeferReason" AS ENUM ('QUIET_HOURS', 'RATE_CAP');

-- CreateEnum
CREATE TYPE "DevicePlatform" AS ENUM ('IOS', 'ANDROID', 'WEB');

-- CreateTable
CREATE TABLE "Recipient" (
    "userId" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "displayName" TEXT NOT NULL,
    "locale" TEXT NOT NULL,
    "timeZone" TEXT NOT NULL,
    "nextReportAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Recipient_pkey" PRIMARY KEY ("userId")
);

-- CreateTable
CREATE TABLE "Preferences" (
    "userId" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "quietStart" TEXT,
    "quietEnd" TEXT,
    "quietExcept" "Category"[],
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Preferences_pkey" PRIMARY KEY ("userId")
);

-- CreateTable
CREATE TABLE "ChannelChoice" (
    "userId" TEXT NOT NULL,
    "category" "Category" NOT NULL,
    "channel" "Channel" NOT NULL,
    "enabled" BOOLEAN NOT NULL,

    CONSTRAINT "ChannelChoice_pkey" PRIMARY KEY ("userId","category","channel")
);

-- CreateTable
CREATE TABLE "NotificationTemplate" (
    "id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "category" "Category" NOT NULL,
    "version" INTEGER NOT NULL,

    CONSTRAINT "NotificationTemplate_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "TemplateText" (
    "templateId" TEXT NOT NULL,
    "locale" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "subject" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "html" TEXT,

    CONSTRAINT "TemplateText_pkey" PRIMARY KEY ("templateId","locale","version")
);

-- CreateTable
CREATE TABLE "Notification" (
    "id" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "category" "Category" NOT NULL,
    "templateKey" TEXT NOT NULL,
    "templateVersion" INTEGER NOT NULL,
    "variables" JSONB NOT NULL,
    "title" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "locale" TEXT NOT NULL,
    "dedupeKey" TEXT NOT NULL,
    "targetId" TEXT,
    "inApp" BOOLEAN NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "readAt" TIMESTAMPTZ(3),

    CONSTRAINT "Notification_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Delivery" (
    "id" TEXT NOT NULL,
    "notificationId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "category" "Category" NOT NULL,
    "channel" "Channel" NOT NULL,
    "state" "DeliveryState" NOT NULL,
    "scheduledFor" TIMESTAMPTZ(3) NOT NULL,
    "deferredBy" "DeferReason",
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "leasedUntil" TIMESTAMPTZ(3),
    "sentAt" TIMESTAMPTZ(3),
    "providerMessageId" TEXT,
    "failure" TEXT,

    CONSTRAINT "Delivery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "DeviceToken" (
    "id" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "platform" "DevicePlatform" NOT NULL,
    "token" TEXT NOT NULL,
    "label" TEXT,
    "lastSeenAt" TIMESTAMPTZ(3) NOT NULL,
    "disabledAt" TIMESTAMPTZ(3),

    CONSTRAINT "DeviceToken_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ReminderSchedule" (
    "id" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "category" "Category" NOT NULL,
    "rrule" TEXT NOT NULL,
    "ownTimeZone" TEXT,
    "timeZone" TEXT NOT NULL,
    "startsAt" TIMESTAMPTZ(3) NOT NULL,
    "nextRunAt" TIMESTAMPTZ(3),
    "paused" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "ReminderSchedule_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "StudyTally" (
    "userId" TEXT NOT NULL,
    "studyDay" TEXT NOT NULL,
    "sessions" INTEGER NOT NULL,
    "activeSeconds" INTEGER NOT NULL,

    CONSTRAINT "StudyTally_pkey" PRIMARY KEY ("userId","studyDay")
);

-- CreateTable
CREATE TABLE "OutboxEntry" (
    "id" TEXT NOT NULL,
    "sequence" BIGSERIAL NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "availableAt" TIMESTAMPTZ(3) NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "publishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "OutboxEntry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "InboxEntry" (
    "eventId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "receivedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "InboxEntry_pkey" PRIMARY KEY ("eventId")
);

-- CreateTable
CREATE TABLE "IdempotencyRecord" (
    "ownerId" TEXT NOT NULL,
    "mutation" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "bodyHash" TEXT NOT NULL,
    "resultId" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "IdempotencyRecord_pkey" PRIMARY KEY ("ownerId","mutation","key")
);

-- CreateIndex
CREATE INDEX "Recipient_nextReportAt_idx" ON "Recipient"("nextReportAt");

-- CreateIndex
CREATE UNIQUE INDEX "NotificationTemplate_key_key" ON "NotificationTemplate"("key");

-- CreateIndex
CREATE INDEX "Notification_feed_idx" ON "Notification"("userId", "createdAt" DESC, "id" DESC) WHERE ("inApp");

-- CreateIndex
CREATE INDEX "Notification_category_idx" ON "Notification"("userId", "category", "createdAt" DESC, "id" DESC) WHERE ("inApp");

-- CreateIndex
CREATE INDEX "Notification_unread_idx" ON "Notification"("userId", "category") WHERE ("inApp" AND "readAt" IS NULL);

-- CreateIndex
CREATE UNIQUE INDEX "Notification_userId_dedupeKey_key" ON "Notification"("userId", "dedupeKey");

-- CreateIndex
CREATE INDEX "Delivery_due_idx" ON "Delivery"("scheduledFor") WHERE ("state" IN ('SCHEDULED', 'DEFERRED'));

-- CreateIndex
CREATE INDEX "Delivery_userId_category_channel_scheduledFor_idx" ON "Delivery"("userId", "category", "channel", "scheduledFor");

-- CreateIndex
CREATE UNIQUE INDEX "Delivery_notificationId_channel_key" ON "Delivery"("notificationId", "channel");

-- CreateIndex
CREATE UNIQUE INDEX "DeviceToken_token_key" ON "DeviceToken"("token");

-- CreateIndex
CREATE INDEX "DeviceToken_userId_lastSeenAt_idx" ON "DeviceToken"("userId", "lastSeenAt" DESC);

-- CreateIndex
CREATE INDEX "ReminderSchedule_userId_startsAt_id_idx" ON "ReminderSchedule"("userId", "startsAt", "id");

-- CreateIndex
CREATE INDEX "ReminderSchedule_nextRunAt_idx" ON "ReminderSchedule"("nextRunAt") WHERE ("nextRunAt" IS NOT NULL);

-- CreateIndex
CREATE UNIQUE INDEX "OutboxEntry_sequence_key" ON "OutboxEntry"("sequence");

-- CreateIndex
CREATE INDEX "OutboxEntry_publishedAt_sequence_idx" ON "OutboxEntry"("publishedAt", "sequence");

-- CreateIndex
CREATE INDEX "InboxEntry_receivedAt_idx" ON "InboxEntry"("receivedAt");

-- CreateIndex
CREATE INDEX "IdempotencyRecord_createdAt_idx" ON "IdempotencyRecord"("createdAt");

-- AddForeignKey
ALTER TABLE "TemplateText" ADD CONSTRAINT "TemplateText_templateId_fkey" FOREIGN KEY ("templateId") REFERENCES "NotificationTemplate"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Delivery" ADD CONSTRAINT "Delivery_notificationId_fkey" FOREIGN KEY ("notificationId") REFERENCES "Notification"("id") ON DELETE CASCADE ON UPDATE CASCADE;
