-- AlterTable
ALTER TABLE "OutboxEntry" ADD COLUMN     "requestId" TEXT,
ADD COLUMN     "traceparent" TEXT;
