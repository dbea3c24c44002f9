-- CreateEnum
CREATE TYPE "DeckFormat" AS ENUM ('APKG', 'CSV', 'TSV', 'MARKDOWN');

-- CreateEnum
CREATE TYPE "ImportStatus" AS ENUM ('QUEUED', 'RUNNING', 'DONE', 'FAILED');

-- CreateTable
CREATE TABLE "DeckImportJob" (
    "id" TEXT NOT NULL,
    "ownerId" TEXT NOT NULL,
    "subjectId" TEXT NOT NULL,
    "deckId" TEXT NOT NULL,
    "uploadId" TEXT NOT NULL,
    "format" "DeckFormat" NOT NULL,
    "title" TEXT NOT NULL,
    "titled" BOOLEAN NOT NULL,
    "dryRun" BOOLEAN NOT NULL,
    "status" "ImportStatus" NOT NULL,
    "notesDone" INTEGER NOT NULL DEFAULT 0,
    "created" INTEGER NOT NULL DEFAULT 0,
    "skipped" INTEGER NOT NULL DEFAULT 0,
    "problemCount" INTEGER NOT NULL DEFAULT 0,
    "problems" JSONB NOT NULL DEFAULT '[]',
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "DeckImportJob_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "DeckImportJob_ownerId_createdAt_idx" ON "DeckImportJob"("ownerId", "createdAt");
