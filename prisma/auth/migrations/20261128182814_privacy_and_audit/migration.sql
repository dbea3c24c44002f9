-- CreateEnum
CREATE TYPE "DataExportState" AS ENUM ('COLLECTING', 'READY', 'EXPIRED');

-- AlterEnum
-- This migration adds more than one value to an enum.
-- With PostgreSQL versions 11 and earlier, this is not possible
-- in a single migration. This can be worked around by creating
-- multiple migrations, each migration adding only one value to
-- the enum.


ALTER TYPE "AccountMailKind" ADD VALUE 'DATA_EXPORT_REQUESTED';
ALTER TYPE "AccountMailKind" ADD VALUE 'DATA_EXPORT_READY';
ALTER TYPE "AccountMailKind" ADD VALUE 'DELETION_REQUESTED';
ALTER TYPE "AccountMailKind" ADD VALUE 'DELETION_CANCELED';
ALTER TYPE "AccountMailKind" ADD VALUE 'ACCOUNT_DELETED';

-- AlterTable
ALTER TABLE "User" ADD COLUMN     "avatarKey" TEXT;

-- CreateTable
CREATE TABLE "AvatarUpload" (
    "id" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "contentType" TEXT NOT NULL,
    "byteSize" INTEGER NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "usedAt" TIMESTAMPTZ(3),

    CONSTRAINT "AvatarUpload_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "DataExport" (
    "id" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "state" "DataExportState" NOT NULL DEFAULT 'COLLECTING',
    "folder" TEXT NOT NULL,
    "requestedAt" TIMESTAMPTZ(3) NOT NULL,
    "readyAt" TIMESTAMPTZ(3),
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "archiveKey" TEXT,
    "byteSize" INTEGER,

    CONSTRAINT "DataExport_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "DataExportPart" (
    "exportId" TEXT NOT NULL,
    "domain" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "rows" JSONB NOT NULL,

    CONSTRAINT "DataExportPart_pkey" PRIMARY KEY ("exportId","domain")
);

-- CreateTable
CREATE TABLE "Erasure" (
    "id" TEXT NOT NULL,
    "userId" TEXT,
    "requestedAt" TIMESTAMPTZ(3) NOT NULL,
    "dueAt" TIMESTAMPTZ(3) NOT NULL,
    "canceledAt" TIMESTAMPTZ(3),
    "startedAt" TIMESTAMPTZ(3),
    "pass" INTEGER NOT NULL DEFAULT 0,
    "passStartedAt" TIMESTAMPTZ(3),
    "completedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Erasure_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ErasurePart" (
    "erasureId" TEXT NOT NULL,
    "pass" INTEGER NOT NULL,
    "domain" TEXT NOT NULL,
    "rows" JSONB NOT NULL,

    CONSTRAINT "ErasurePart_pkey" PRIMARY KEY ("erasureId","pass","domain")
);

-- CreateTable
CREATE TABLE "AuditEntry" (
    "sequence" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "act" TEXT NOT NULL,
    "actor" TEXT,
    "subject" TEXT,
    "origin" TEXT NOT NULL,
    "details" JSONB NOT NULL,
    "previousHash" TEXT NOT NULL,
    "hash" TEXT NOT NULL,

    CONSTRAINT "AuditEntry_pkey" PRIMARY KEY ("sequence")
);

-- CreateTable
CREATE TABLE "AuditSubject" (
    "userId" TEXT NOT NULL,
    "pseudonym" TEXT NOT NULL,

    CONSTRAINT "AuditSubject_pkey" PRIMARY KEY ("userId")
);

-- CreateIndex
CREATE UNIQUE INDEX "AvatarUpload_key_key" ON "AvatarUpload"("key");

-- CreateIndex
CREATE INDEX "AvatarUpload_userId_createdAt_idx" ON "AvatarUpload"("userId", "createdAt");

-- CreateIndex
CREATE INDEX "AvatarUpload_expiresAt_idx" ON "AvatarUpload"("expiresAt");

-- CreateIndex
CREATE INDEX "DataExport_userId_requestedAt_id_idx" ON "DataExport"("userId", "requestedAt", "id");

-- CreateIndex
CREATE INDEX "DataExport_state_expiresAt_idx" ON "DataExport"("state", "expiresAt");

-- CreateIndex
CREATE UNIQUE INDEX "DataExport_one_collecting_per_user" ON "DataExport"("userId") WHERE ("state" = 'COLLECTING'::"DataExportState");

-- CreateIndex
CREATE INDEX "Erasure_due" ON "Erasure"("dueAt") WHERE ("startedAt" IS NULL AND "canceledAt" IS NULL);

-- CreateIndex
CREATE INDEX "Erasure_running" ON "Erasure"("passStartedAt") WHERE ("startedAt" IS NOT NULL AND "completedAt" IS NULL);

-- CreateIndex
CREATE UNIQUE INDEX "Erasure_one_open_per_user" ON "Erasure"("userId") WHERE ("canceledAt" IS NULL AND "userId" IS NOT NULL);

-- CreateIndex
CREATE INDEX "AuditEntry_subject_sequence_idx" ON "AuditEntry"("subject", "sequence");

-- CreateIndex
CREATE UNIQUE INDEX "AuditSubject_pseudonym_key" ON "AuditSubject"("pseudonym");

-- AddForeignKey
ALTER TABLE "AvatarUpload" ADD CONSTRAINT "AvatarUpload_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "DataExport" ADD CONSTRAINT "DataExport_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "DataExportPart" ADD CONSTRAINT "DataExportPart_exportId_fkey" FOREIGN KEY ("exportId") REFERENCES "DataExport"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ErasurePart" ADD CONSTRAINT "ErasurePart_erasureId_fkey" FOREIGN KEY ("erasureId") REFERENCES "Erasure"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The audit log only grows.
CREATE FUNCTION "refuse_audit_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The audit log only grows.';
END
$$;
CREATE TRIGGER "AuditEntry_only_grows" BEFORE UPDATE OR DELETE ON "AuditEntry"
  FOR EACH ROW EXECUTE FUNCTION "refuse_audit_change"();
CREATE TRIGGER "AuditEntry_is_not_emptied" BEFORE TRUNCATE ON "AuditEntry"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_audit_change"();
