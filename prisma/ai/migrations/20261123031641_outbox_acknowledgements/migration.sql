-- DropIndex
DROP INDEX "OutboxEntry_publishedAt_sequence_idx";

-- AlterTable
ALTER TABLE "OutboxEntry" ADD COLUMN     "acknowledgedBy" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "dueAt" TIMESTAMPTZ(3) DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN     "orderKey" TEXT;

-- CreateIndex
CREATE INDEX "OutboxEntry_dueAt_idx" ON "OutboxEntry"("dueAt");

-- CreateIndex
CREATE INDEX "OutboxEntry_orderKey_sequence_idx" ON "OutboxEntry"("orderKey", "sequence");

-- CreateIndex
CREATE INDEX "OutboxEntry_createdAt_idx" ON "OutboxEntry"("createdAt");

-- What is with the queues already is not handed over again.
UPDATE "OutboxEntry" SET "dueAt" = NULL WHERE "publishedAt" IS NOT NULL;
