-- DropIndex
DROP INDEX "Generation_createdAt_open";

-- AlterTable
ALTER TABLE "OutboxEntry" ADD COLUMN     "requestId" TEXT,
ADD COLUMN     "traceparent" TEXT;

-- CreateIndex
CREATE INDEX "Generation_createdAt_open" ON "Generation"("createdAt") WHERE ("state" IN ('QUEUED', 'RUNNING'));
