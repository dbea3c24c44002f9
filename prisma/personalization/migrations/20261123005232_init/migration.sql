-- CreateEnum
CREATE TYPE "MasteryLevel" AS ENUM ('NOT_STARTED', 'ATTEMPTED', 'FAMILIAR', 'PROFICIENT', 'MASTERED');

-- CreateEnum
CREATE TYPE "ActivityKind" AS ENUM ('REVIEW_DUE', 'FILL_PREREQUISITE', 'STRENGTHEN_WEAK', 'NEW_MATERIAL', 'DIAGNOSTIC');

-- CreateEnum
CREATE TYPE "RecommendationFeedback" AS ENUM ('ACCEPTED', 'DISMISSED', 'NOT_RELEVANT', 'TOO_EASY', 'TOO_HARD', 'COMPLETED');

-- CreateTable
CREATE TABLE "Learner" (
    "userId" TEXT NOT NULL,
    "locale" TEXT NOT NULL,
    "timeZone" TEXT NOT NULL,
    "optedOut" BOOLEAN NOT NULL DEFAULT false,
    "observations" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "Learner_pkey" PRIMARY KEY ("userId")
);

-- CreateTable
CREATE TABLE "KnownSubject" (
    "id" TEXT NOT NULL,
    "ownerId" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "defaultSkillId" TEXT NOT NULL,

    CONSTRAINT "KnownSubject_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "KnownSkill" (
    "id" TEXT NOT NULL,
    "subjectId" TEXT NOT NULL,
    "ownerId" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "prerequisiteIds" TEXT[],

    CONSTRAINT "KnownSkill_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "KnownQuiz" (
    "id" TEXT NOT NULL,
    "subjectId" TEXT NOT NULL,
    "ownerId" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "difficulty" TEXT NOT NULL,
    "questionCount" INTEGER NOT NULL,
    "skillIds" TEXT[],
    "isPublic" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "KnownQuiz_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "KnownDeck" (
    "id" TEXT NOT NULL,
    "subjectId" TEXT NOT NULL,
    "ownerId" TEXT NOT NULL,
    "title" TEXT NOT NULL,

    CONSTRAINT "KnownDeck_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "KnownMaterial" (
    "id" TEXT NOT NULL,
    "subjectId" TEXT NOT NULL,
    "ownerId" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "charCount" INTEGER NOT NULL,
    "readyAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "KnownMaterial_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "CardDue" (
    "cardId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "deckId" TEXT NOT NULL,
    "dueAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "CardDue_pkey" PRIMARY KEY ("cardId")
);

-- CreateTable
CREATE TABLE "QuizTaken" (
    "userId" TEXT NOT NULL,
    "quizId" TEXT NOT NULL,
    "bestFraction" DOUBLE PRECISION NOT NULL,
    "lastAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "QuizTaken_pkey" PRIMARY KEY ("userId","quizId")
);

-- CreateTable
CREATE TABLE "SkillState" (
    "userId" TEXT NOT NULL,
    "skillId" TEXT NOT NULL,
    "subjectId" TEXT NOT NULL,
    "level" "MasteryLevel" NOT NULL DEFAULT 'NOT_STARTED',
    "successes" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "failures" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "observations" INTEGER NOT NULL DEFAULT 0,
    "lastPracticedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "SkillState_pkey" PRIMARY KEY ("userId","skillId")
);

-- CreateTable
CREATE TABLE "Evidence" (
    "id" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "skillId" TEXT NOT NULL,
    "subjectId" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "kind" TEXT NOT NULL,
    "weight" DOUBLE PRECISION NOT NULL,
    "outcome" DOUBLE PRECISION NOT NULL,
    "reference" TEXT NOT NULL,

    CONSTRAINT "Evidence_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "MasteryChange" (
    "id" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "skillId" TEXT NOT NULL,
    "subjectId" TEXT NOT NULL,
    "attemptId" TEXT,
    "before" "MasteryLevel" NOT NULL,
    "after" "MasteryLevel" NOT NULL,
    "probabilityBefore" DOUBLE PRECISION NOT NULL,
    "probabilityAfter" DOUBLE PRECISION NOT NULL,
    "reason" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "MasteryChange_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Recommendation" (
    "id" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "kind" "ActivityKind" NOT NULL,
    "activityId" TEXT NOT NULL,
    "subjectId" TEXT NOT NULL,
    "score" DOUBLE PRECISION NOT NULL,
    "rank" INTEGER NOT NULL,
    "estimatedMinutes" INTEGER NOT NULL,
    "reasons" JSONB NOT NULL,
    "policy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "feedback" "RecommendationFeedback",
    "feedbackAt" TIMESTAMPTZ(3),

    CONSTRAINT "Recommendation_pkey" PRIMARY KEY ("id")
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
CREATE INDEX "KnownSubject_ownerId_idx" ON "KnownSubject"("ownerId");

-- CreateIndex
CREATE INDEX "KnownSkill_ownerId_idx" ON "KnownSkill"("ownerId");

-- CreateIndex
CREATE INDEX "KnownSkill_subjectId_idx" ON "KnownSkill"("subjectId");

-- CreateIndex
CREATE INDEX "KnownQuiz_ownerId_idx" ON "KnownQuiz"("ownerId");

-- CreateIndex
CREATE INDEX "KnownQuiz_isPublic_id_idx" ON "KnownQuiz"("isPublic", "id");

-- CreateIndex
CREATE INDEX "KnownDeck_ownerId_idx" ON "KnownDeck"("ownerId");

-- CreateIndex
CREATE INDEX "KnownMaterial_ownerId_idx" ON "KnownMaterial"("ownerId");

-- CreateIndex
CREATE INDEX "CardDue_userId_dueAt_idx" ON "CardDue"("userId", "dueAt");

-- CreateIndex
CREATE INDEX "SkillState_userId_subjectId_idx" ON "SkillState"("userId", "subjectId");

-- CreateIndex
CREATE INDEX "Evidence_userId_skillId_at_idx" ON "Evidence"("userId", "skillId", "at");

-- CreateIndex
CREATE INDEX "MasteryChange_attemptId_idx" ON "MasteryChange"("attemptId");

-- CreateIndex
CREATE INDEX "MasteryChange_userId_subjectId_idx" ON "MasteryChange"("userId", "subjectId");

-- CreateIndex
CREATE UNIQUE INDEX "Recommendation_userId_kind_activityId_key" ON "Recommendation"("userId", "kind", "activityId");

-- CreateIndex
CREATE UNIQUE INDEX "OutboxEntry_sequence_key" ON "OutboxEntry"("sequence");

-- CreateIndex
CREATE INDEX "OutboxEntry_publishedAt_sequence_idx" ON "OutboxEntry"("publishedAt", "sequence");

-- CreateIndex
CREATE INDEX "InboxEntry_receivedAt_idx" ON "InboxEntry"("receivedAt");

-- CreateIndex
CREATE INDEX "IdempotencyRecord_createdAt_idx" ON "IdempotencyRecord"("createdAt");
