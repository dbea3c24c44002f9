-- CreateEnum
CREATE TYPE "Difficulty" AS ENUM ('BEGINNER', 'EASY', 'MEDIUM', 'HARD', 'EXPERT');

-- CreateEnum
CREATE TYPE "QuizStatus" AS ENUM ('DRAFT', 'PUBLISHED', 'ARCHIVED');

-- CreateEnum
CREATE TYPE "QuizVisibility" AS ENUM ('PRIVATE', 'PUBLIC');

-- CreateEnum
CREATE TYPE "Origin" AS ENUM ('AUTHORED', 'GENERATED');

-- CreateEnum
CREATE TYPE "AttemptScoring" AS ENUM ('HIGHEST', 'LATEST', 'AVERAGE', 'FIRST');

-- CreateEnum
CREATE TYPE "RevealMoment" AS ENUM ('NEVER', 'AFTER_SUBMIT', 'AFTER_CLOSE');

-- CreateEnum
CREATE TYPE "EntryStatus" AS ENUM ('DRAFT', 'READY', 'RETIRED');

-- CreateEnum
CREATE TYPE "QuestionKind" AS ENUM ('CHOICE', 'TEXT', 'NUMERIC', 'MATCH', 'ORDER', 'CLOZE');

-- CreateEnum
CREATE TYPE "AttemptState" AS ENUM ('IN_PROGRESS', 'SUBMITTED', 'GRADING', 'GRADED', 'EXPIRED', 'ABANDONED', 'INVALIDATED');

-- CreateEnum
CREATE TYPE "SubmitActor" AS ENUM ('LEARNER', 'TIMER');

-- CreateEnum
CREATE TYPE "Correctness" AS ENUM ('CORRECT', 'PARTIAL', 'INCORRECT', 'UNANSWERED');

-- CreateTable
CREATE TABLE "SubjectProjection" (
    "id" TEXT NOT NULL,
    "ownerId" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "defaultSkillId" TEXT NOT NULL,

    CONSTRAINT "SubjectProjection_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SkillProjection" (
    "id" TEXT NOT NULL,
    "subjectId" TEXT NOT NULL,
    "ownerId" TEXT NOT NULL,
    "title" TEXT NOT NULL,

    CONSTRAINT "SkillProjection_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "QuestionBank" (
    "id" TEXT NOT NULL,
    "ownerId" TEXT NOT NULL,
    "subjectId" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "origin" "Origin" NOT NULL DEFAULT 'AUTHORED',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "QuestionBank_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "BankEntry" (
    "id" TEXT NOT NULL,
    "bankId" TEXT NOT NULL,
    "status" "EntryStatus" NOT NULL DEFAULT 'READY',
    "latestVersion" INTEGER NOT NULL DEFAULT 1,
    "prompt" TEXT NOT NULL,
    "skillIds" TEXT[],
    "difficulty" "Difficulty" NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "BankEntry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Question" (
    "id" TEXT NOT NULL,
    "entryId" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "kind" "QuestionKind" NOT NULL,
    "prompt" TEXT NOT NULL,
    "language" TEXT,
    "skillIds" TEXT[],
    "difficulty" "Difficulty" NOT NULL,
    "defaultScore" DECIMAL(20,10) NOT NULL DEFAULT 1,
    "content" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Question_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "QuestionKey" (
    "questionId" TEXT NOT NULL,
    "content" JSONB NOT NULL,
    "explanation" TEXT,

    CONSTRAINT "QuestionKey_pkey" PRIMARY KEY ("questionId")
);

-- CreateTable
CREATE TABLE "Quiz" (
    "id" TEXT NOT NULL,
    "subjectId" TEXT NOT NULL,
    "subjectOwnerId" TEXT NOT NULL,
    "createdById" TEXT NOT NULL,
    "origin" "Origin" NOT NULL DEFAULT 'AUTHORED',
    "title" TEXT NOT NULL,
    "description" TEXT,
    "language" TEXT,
    "difficulty" "Difficulty" NOT NULL,
    "status" "QuizStatus" NOT NULL DEFAULT 'DRAFT',
    "visibility" "QuizVisibility" NOT NULL DEFAULT 'PRIVATE',
    "revision" INTEGER NOT NULL DEFAULT 1,
    "maxScore" DECIMAL(20,10) NOT NULL DEFAULT 0,
    "questionCount" INTEGER NOT NULL DEFAULT 0,
    "timeLimitSeconds" INTEGER,
    "graceSeconds" INTEGER NOT NULL DEFAULT 5,
    "maxAttempts" INTEGER,
    "scoring" "AttemptScoring" NOT NULL DEFAULT 'HIGHEST',
    "shuffleQuestions" BOOLEAN NOT NULL DEFAULT true,
    "shuffleChoices" BOOLEAN NOT NULL DEFAULT true,
    "showScore" "RevealMoment" NOT NULL DEFAULT 'AFTER_SUBMIT',
    "showCorrectness" "RevealMoment" NOT NULL DEFAULT 'AFTER_SUBMIT',
    "showAnswerKey" "RevealMoment" NOT NULL DEFAULT 'AFTER_SUBMIT',
    "opensAt" TIMESTAMPTZ(3),
    "closesAt" TIMESTAMPTZ(3),
    "passFraction" DECIMAL(12,10),
    "publishedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Quiz_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "QuizSlot" (
    "id" TEXT NOT NULL,
    "quizId" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "maxScore" DECIMAL(20,10) NOT NULL,
    "entryId" TEXT,
    "pinnedVersion" INTEGER,
    "bankId" TEXT,
    "skillIds" TEXT[],
    "difficulty" "Difficulty"[],
    "pick" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "QuizSlot_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Attempt" (
    "id" TEXT NOT NULL,
    "quizId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "quizRevision" INTEGER NOT NULL,
    "state" "AttemptState" NOT NULL DEFAULT 'IN_PROGRESS',
    "seed" TEXT NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "lastSeenAt" TIMESTAMPTZ(3) NOT NULL,
    "deadline" TIMESTAMPTZ(3),
    "graceSeconds" INTEGER NOT NULL,
    "closingAt" TIMESTAMPTZ(3),
    "submittedAt" TIMESTAMPTZ(3),
    "submittedBy" "SubmitActor",
    "gradedAt" TIMESTAMPTZ(3),
    "score" DECIMAL(20,10),
    "maxScore" DECIMAL(20,10) NOT NULL,
    "passFraction" DECIMAL(12,10),

    CONSTRAINT "Attempt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AttemptItem" (
    "id" TEXT NOT NULL,
    "attemptId" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "entryId" TEXT NOT NULL,
    "questionId" TEXT NOT NULL,
    "choiceOrder" TEXT[],
    "maxScore" DECIMAL(20,10) NOT NULL,
    "response" JSONB,
    "flagged" BOOLEAN NOT NULL DEFAULT false,
    "savedAt" TIMESTAMPTZ(3),
    "clientSequence" INTEGER NOT NULL DEFAULT 0,
    "fraction" DECIMAL(12,10),
    "score" DECIMAL(20,10),
    "correctness" "Correctness",
    "feedback" TEXT,

    CONSTRAINT "AttemptItem_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AttemptTransition" (
    "id" TEXT NOT NULL,
    "attemptId" TEXT NOT NULL,
    "from" "AttemptState" NOT NULL,
    "to" "AttemptState" NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "AttemptTransition_pkey" PRIMARY KEY ("id")
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
CREATE INDEX "SubjectProjection_ownerId_idx" ON "SubjectProjection"("ownerId");

-- CreateIndex
CREATE INDEX "SkillProjection_subjectId_idx" ON "SkillProjection"("subjectId");

-- CreateIndex
CREATE INDEX "QuestionBank_subjectId_ownerId_idx" ON "QuestionBank"("subjectId", "ownerId");

-- CreateIndex
CREATE INDEX "QuestionBank_ownerId_idx" ON "QuestionBank"("ownerId");

-- CreateIndex
CREATE INDEX "BankEntry_bankId_id_idx" ON "BankEntry"("bankId", "id");

-- CreateIndex
CREATE INDEX "BankEntry_skillIds_idx" ON "BankEntry" USING GIN ("skillIds");

-- CreateIndex
CREATE UNIQUE INDEX "Question_entryId_version_key" ON "Question"("entryId", "version");

-- CreateIndex
CREATE INDEX "Quiz_subjectId_id_idx" ON "Quiz"("subjectId", "id");

-- CreateIndex
CREATE INDEX "Quiz_createdById_id_idx" ON "Quiz"("createdById", "id");

-- CreateIndex
CREATE INDEX "Quiz_subjectOwnerId_id_idx" ON "Quiz"("subjectOwnerId", "id");

-- CreateIndex
CREATE INDEX "Quiz_visibility_status_id_idx" ON "Quiz"("visibility", "status", "id");

-- CreateIndex
CREATE INDEX "QuizSlot_entryId_idx" ON "QuizSlot"("entryId");

-- CreateIndex
CREATE INDEX "QuizSlot_bankId_idx" ON "QuizSlot"("bankId");

-- CreateIndex
CREATE UNIQUE INDEX "QuizSlot_quizId_number_key" ON "QuizSlot"("quizId", "number");

-- CreateIndex
CREATE INDEX "Attempt_userId_id_idx" ON "Attempt"("userId", "id");

-- CreateIndex
CREATE INDEX "Attempt_userId_quizId_id_idx" ON "Attempt"("userId", "quizId", "id");

-- CreateIndex
CREATE INDEX "Attempt_quizId_state_idx" ON "Attempt"("quizId", "state");

-- CreateIndex
CREATE INDEX "Attempt_due" ON "Attempt"("closingAt") WHERE ("state" = 'IN_PROGRESS');

-- CreateIndex
CREATE INDEX "Attempt_forgotten" ON "Attempt"("lastSeenAt") WHERE ("state" = 'IN_PROGRESS' AND "closingAt" IS NULL);

-- CreateIndex
CREATE UNIQUE INDEX "Attempt_quizId_userId_number_key" ON "Attempt"("quizId", "userId", "number");

-- CreateIndex
CREATE UNIQUE INDEX "Attempt_one_in_progress" ON "Attempt"("quizId", "userId") WHERE ("state" = 'IN_PROGRESS');

-- CreateIndex
CREATE INDEX "AttemptItem_questionId_idx" ON "AttemptItem"("questionId");

-- CreateIndex
CREATE INDEX "AttemptItem_entryId_idx" ON "AttemptItem"("entryId");

-- CreateIndex
CREATE UNIQUE INDEX "AttemptItem_attemptId_number_key" ON "AttemptItem"("attemptId", "number");

-- CreateIndex
CREATE INDEX "AttemptTransition_attemptId_id_idx" ON "AttemptTransition"("attemptId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "OutboxEntry_sequence_key" ON "OutboxEntry"("sequence");

-- CreateIndex
CREATE INDEX "OutboxEntry_publishedAt_sequence_idx" ON "OutboxEntry"("publishedAt", "sequence");

-- CreateIndex
CREATE INDEX "InboxEntry_receivedAt_idx" ON "InboxEntry"("receivedAt");

-- CreateIndex
CREATE INDEX "IdempotencyRecord_createdAt_idx" ON "IdempotencyRecord"("createdAt");

-- AddForeignKey
ALTER TABLE "BankEntry" ADD CONSTRAINT "BankEntry_bankId_fkey" FOREIGN KEY ("bankId") REFERENCES "QuestionBank"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Question" ADD CONSTRAINT "Question_entryId_fkey" FOREIGN KEY ("entryId") REFERENCES "BankEntry"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "QuestionKey" ADD CONSTRAINT "QuestionKey_questionId_fkey" FOREIGN KEY ("questionId") REFERENCES "Question"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "QuizSlot" ADD CONSTRAINT "QuizSlot_quizId_fkey" FOREIGN KEY ("quizId") REFERENCES "Quiz"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "QuizSlot" ADD CONSTRAINT "QuizSlot_entryId_fkey" FOREIGN KEY ("entryId") REFERENCES "BankEntry"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Attempt" ADD CONSTRAINT "Attempt_quizId_fkey" FOREIGN KEY ("quizId") REFERENCES "Quiz"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AttemptItem" ADD CONSTRAINT "AttemptItem_attemptId_fkey" FOREIGN KEY ("attemptId") REFERENCES "Attempt"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AttemptTransition" ADD CONSTRAINT "AttemptTransition_attemptId_fkey" FOREIGN KEY ("attemptId") REFERENCES "Attempt"("id") ON DELETE CASCADE ON UPDATE CASCADE;
