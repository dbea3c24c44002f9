-- CreateEnum
CREATE TYPE "GenerationKind" AS ENUM ('SUMMARY', 'QUIZ', 'FLASHCARDS');

-- CreateEnum
CREATE TYPE "GenerationState" AS ENUM ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELED');

-- CreateEnum
CREATE TYPE "AttemptOutcome" AS ENUM ('OK', 'TIMEOUT', 'RATE_LIMITED', 'QUOTA', 'SERVER_ERROR', 'REFUSED', 'INVALID_OUTPUT', 'CIRCUIT_OPEN', 'CANCELED');

-- CreateEnum
CREATE TYPE "CircuitState" AS ENUM ('CLOSED', 'HALF_OPEN', 'OPEN');

-- CreateTable
CREATE TABLE "MaterialSource" (
    "materialId" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "subjectId" TEXT NOT NULL,
    "ownerId" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "language" TEXT NOT NULL,
    "charCount" INTEGER NOT NULL,
    "contentKey" TEXT NOT NULL,

    CONSTRAINT "MaterialSource_pkey" PRIMARY KEY ("materialId","revision")
);

-- CreateTable
CREATE TABLE "CreditBalance" (
    "userId" TEXT NOT NULL,
    "available" INTEGER NOT NULL,
    "changedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "CreditBalance_pkey" PRIMARY KEY ("userId")
);

-- CreateTable
CREATE TABLE "Generation" (
    "id" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "kind" "GenerationKind" NOT NULL,
    "state" "GenerationState" NOT NULL,
    "materialId" TEXT NOT NULL,
    "materialRevision" INTEGER NOT NULL,
    "subjectId" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "language" TEXT NOT NULL,
    "parameters" JSONB NOT NULL,
    "promptVersion" TEXT NOT NULL,
    "maxCredits" INTEGER NOT NULL,
    "reservedAt" TIMESTAMPTZ(3),
    "enqueuedAt" TIMESTAMPTZ(3),
    "cacheHit" BOOLEAN NOT NULL DEFAULT false,
    "credits" INTEGER,
    "providerCostMicros" INTEGER NOT NULL DEFAULT 0,
    "quality" JSONB,
    "outputId" TEXT,
    "outputKey" TEXT,
    "errorCode" TEXT,
    "errorMessage" TEXT,
    "errorRetryable" BOOLEAN,
    "rating" INTEGER,
    "ratingComment" TEXT,
    "ratedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "startedAt" TIMESTAMPTZ(3),
    "producedAt" TIMESTAMPTZ(3),
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Generation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ProviderAttempt" (
    "id" TEXT NOT NULL,
    "generationId" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "provider" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "latencyMs" INTEGER NOT NULL,
    "timeToFirstTokenMs" INTEGER,
    "outcome" "AttemptOutcome" NOT NULL,
    "httpStatus" INTEGER,
    "inputTokens" INTEGER,
    "cachedInputTokens" INTEGER,
    "outputTokens" INTEGER,
    "reasoningTokens" INTEGER,

    CONSTRAINT "ProviderAttempt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "CachedOutput" (
    "key" TEXT NOT NULL,
    "kind" "GenerationKind" NOT NULL,
    "outputKey" TEXT,
    "quality" JSONB,
    "makerId" TEXT NOT NULL,
    "leaseUntil" TIMESTAMPTZ(3) NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "usedAt" TIMESTAMPTZ(3),

    CONSTRAINT "CachedOutput_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "ProviderCircuit" (
    "provider" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "state" "CircuitState" NOT NULL,
    "openUntil" TIMESTAMPTZ(3),
    "changedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ProviderCircuit_pkey" PRIMARY KEY ("provider","model")
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
CREATE INDEX "Generation_userId_createdAt_id_idx" ON "Generation"("userId", "createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "Generation_materialId_userId_createdAt_id_idx" ON "Generation"("materialId", "userId", "createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "Generation_userId_finishedAt_idx" ON "Generation"("userId", "finishedAt");

-- CreateIndex
CREATE INDEX "Generation_createdAt_open" ON "Generation"("createdAt") WHERE ("state" IN ('QUEUED', 'RUNNING'));

-- CreateIndex
CREATE INDEX "ProviderAttempt_startedAt_idx" ON "ProviderAttempt"("startedAt");

-- CreateIndex
CREATE UNIQUE INDEX "ProviderAttempt_generationId_number_key" ON "ProviderAttempt"("generationId", "number");

-- CreateIndex
CREATE INDEX "CachedOutput_createdAt_idx" ON "CachedOutput"("createdAt");

-- CreateIndex
CREATE UNIQUE INDEX "OutboxEntry_sequence_key" ON "OutboxEntry"("sequence");

-- CreateIndex
CREATE INDEX "OutboxEntry_publishedAt_sequence_idx" ON "OutboxEntry"("publishedAt", "sequence");

-- CreateIndex
CREATE INDEX "InboxEntry_receivedAt_idx" ON "InboxEntry"("receivedAt");

-- CreateIndex
CREATE INDEX "IdempotencyRecord_createdAt_idx" ON "IdempotencyRecord"("createdAt");

-- AddForeignKey
ALTER TABLE "ProviderAttempt" ADD CONSTRAINT "ProviderAttempt_generationId_fkey" FOREIGN KEY ("generationId") REFERENCES "Generation"("id") ON DELETE CASCADE ON UPDATE CASCADE;
