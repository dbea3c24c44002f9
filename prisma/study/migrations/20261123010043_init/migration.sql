-- CreateEnum
CREATE TYPE "MaterialKind" AS ENUM ('NOTE', 'TRANSCRIPT', 'PDF', 'DOCX', 'EPUB');

-- CreateEnum
CREATE TYPE "IngestStatus" AS ENUM ('PENDING', 'PARSING', 'READY', 'FAILED');

-- CreateEnum
CREATE TYPE "SummaryStyle" AS ENUM ('BULLETS', 'OUTLINE', 'ABSTRACT');

-- CreateEnum
CREATE TYPE "StudySessionStatus" AS ENUM ('ACTIVE', 'PAUSED', 'COMPLETED', 'ABANDONED');

-- CreateEnum
CREATE TYPE "SessionTechnique" AS ENUM ('FREE', 'POMODORO_25_5', 'POMODORO_50_10', 'TIMEBOX');

-- CreateEnum
CREATE TYPE "IntervalKind" AS ENUM ('FOCUS', 'PAUSE');

-- CreateEnum
CREATE TYPE "CardKind" AS ENUM ('BASIC', 'REVERSED', 'CLOZE');

-- CreateEnum
CREATE TYPE "CardState" AS ENUM ('NEW', 'LEARNING', 'REVIEW', 'RELEARNING');

-- CreateEnum
CREATE TYPE "ReviewGrade" AS ENUM ('AGAIN', 'HARD', 'GOOD', 'EASY');

-- CreateEnum
CREATE TYPE "GoalKind" AS ENUM ('MINUTES', 'REVIEWS', 'NEW_CARDS', 'QUIZZES', 'MASTERED_SKILLS');

-- CreateEnum
CREATE TYPE "GoalPeriod" AS ENUM ('DAILY', 'WEEKLY', 'MONTHLY', 'UNTIL_DATE');

-- CreateEnum
CREATE TYPE "MasteryLevel" AS ENUM ('NOT_STARTED', 'ATTEMPTED', 'FAMILIAR', 'PROFICIENT', 'MASTERED');

-- CreateTable
CREATE TABLE "Learner" (
    "userId" TEXT NOT NULL,
    "displayName" TEXT NOT NULL,
    "timeZone" TEXT NOT NULL,
    "dayStartMinutes" INTEGER NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Learner_pkey" PRIMARY KEY ("userId")
);

-- CreateTable
CREATE TABLE "Subject" (
    "id" TEXT NOT NULL,
    "ownerId" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT,
    "color" TEXT,
    "archivedAt" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Subject_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Skill" (
    "id" TEXT NOT NULL,
    "subjectId" TEXT NOT NULL,
    "ownerId" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "createdDay" TEXT NOT NULL,

    CONSTRAINT "Skill_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SkillPrerequisite" (
    "skillId" TEXT NOT NULL,
    "prerequisiteId" TEXT NOT NULL,

    CONSTRAINT "SkillPrerequisite_pkey" PRIMARY KEY ("skillId","prerequisiteId")
);

-- CreateTable
CREATE TABLE "SkillLevel" (
    "userId" TEXT NOT NULL,
    "skillId" TEXT NOT NULL,
    "subjectId" TEXT NOT NULL,
    "level" "MasteryLevel" NOT NULL,
    "changedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "SkillLevel_pkey" PRIMARY KEY ("userId","skillId")
);

-- CreateTable
CREATE TABLE "SkillLevelChange" (
    "id" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "subjectId" TEXT NOT NULL,
    "skillId" TEXT NOT NULL,
    "before" "MasteryLevel" NOT NULL,
    "after" "MasteryLevel" NOT NULL,
    "credit" DOUBLE PRECISION NOT NULL,
    "studyDay" TEXT NOT NULL,
    "changedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "SkillLevelChange_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Upload" (
    "id" TEXT NOT NULL,
    "ownerId" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "filename" TEXT NOT NULL,
    "contentType" TEXT NOT NULL,
    "byteSize" INTEGER NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "usedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Upload_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Material" (
    "id" TEXT NOT NULL,
    "subjectId" TEXT NOT NULL,
    "ownerId" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "kind" "MaterialKind" NOT NULL,
    "revision" INTEGER NOT NULL,
    "charCount" INTEGER NOT NULL,
    "language" TEXT,
    "ingest" "IngestStatus" NOT NULL,
    "ingestProblem" TEXT,
    "uploadId" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Material_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "MaterialRevision" (
    "materialId" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "content" TEXT NOT NULL,
    "contentKey" TEXT NOT NULL,
    "charCount" INTEGER NOT NULL,
    "language" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "MaterialRevision_pkey" PRIMARY KEY ("materialId","revision")
);

-- CreateTable
CREATE TABLE "MaterialChunk" (
    "id" TEXT NOT NULL,
    "materialId" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "index" INTEGER NOT NULL,
    "startOffset" INTEGER NOT NULL,
    "endOffset" INTEGER NOT NULL,
    "text" TEXT NOT NULL,

    CONSTRAINT "MaterialChunk_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Summary" (
    "id" TEXT NOT NULL,
    "generationId" TEXT NOT NULL,
    "materialId" TEXT NOT NULL,
    "materialRevision" INTEGER NOT NULL,
    "subjectId" TEXT NOT NULL,
    "ownerId" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "style" "SummaryStyle" NOT NULL,
    "body" TEXT NOT NULL,
    "citations" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "acceptedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Summary_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "StudySession" (
    "id" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "subjectId" TEXT NOT NULL,
    "status" "StudySessionStatus" NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "endedAt" TIMESTAMPTZ(3),
    "lastSeenAt" TIMESTAMPTZ(3) NOT NULL,
    "plannedMinutes" INTEGER,
    "technique" "SessionTechnique" NOT NULL,
    "notes" TEXT,
    "focusRating" INTEGER,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "StudySession_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SessionInterval" (
    "id" TEXT NOT NULL,
    "sessionId" TEXT NOT NULL,
    "kind" "IntervalKind" NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "SessionInterval_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SessionDay" (
    "sessionId" TEXT NOT NULL,
    "studyDay" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "subjectId" TEXT NOT NULL,
    "focusSeconds" INTEGER NOT NULL,

    CONSTRAINT "SessionDay_pkey" PRIMARY KEY ("sessionId","studyDay")
);

-- CreateTable
CREATE TABLE "SchedulerPreset" (
    "id" TEXT NOT NULL,
    "ownerId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "isDefault" BOOLEAN NOT NULL,
    "version" INTEGER NOT NULL,
    "desiredRetention" DOUBLE PRECISION NOT NULL,
    "parameters" DOUBLE PRECISION[],
    "learningStepsMinutes" DOUBLE PRECISION[],
    "relearningStepsMinutes" DOUBLE PRECISION[],
    "maximumIntervalDays" INTEGER NOT NULL,
    "fuzz" BOOLEAN NOT NULL,
    "newPerDay" INTEGER NOT NULL,
    "reviewsPerDay" INTEGER NOT NULL,
    "leechThreshold" INTEGER NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "SchedulerPreset_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "PresetVersion" (
    "presetId" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "desiredRetention" DOUBLE PRECISION NOT NULL,
    "parameters" DOUBLE PRECISION[],
    "learningStepsMinutes" DOUBLE PRECISION[],
    "relearningStepsMinutes" DOUBLE PRECISION[],
    "maximumIntervalDays" INTEGER NOT NULL,
    "fuzz" BOOLEAN NOT NULL,
    "leechThreshold" INTEGER NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "PresetVersion_pkey" PRIMARY KEY ("presetId","version")
);

-- CreateTable
CREATE TABLE "Deck" (
    "id" TEXT NOT NULL,
    "subjectId" TEXT NOT NULL,
    "ownerId" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "presetId" TEXT NOT NULL,
    "generationId" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Deck_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Card" (
    "id" TEXT NOT NULL,
    "deckId" TEXT NOT NULL,
    "subjectId" TEXT NOT NULL,
    "ownerId" TEXT NOT NULL,
    "noteId" TEXT NOT NULL,
    "kind" "CardKind" NOT NULL,
    "front" TEXT NOT NULL,
    "back" TEXT NOT NULL,
    "cloze" TEXT,
    "tags" TEXT[],
    "source" JSONB,
    "suspended" BOOLEAN NOT NULL DEFAULT false,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "createdDay" TEXT NOT NULL,
    "state" "CardState" NOT NULL DEFAULT 'NEW',
    "step" INTEGER NOT NULL DEFAULT 0,
    "due" TIMESTAMPTZ(3),
    "stability" DOUBLE PRECISION,
    "difficulty" DOUBLE PRECISION,
    "reps" INTEGER NOT NULL DEFAULT 0,
    "lapses" INTEGER NOT NULL DEFAULT 0,
    "scheduledDays" INTEGER NOT NULL DEFAULT 0,
    "lastReviewedAt" TIMESTAMPTZ(3),
    "lastStudyDay" TEXT,
    "presetVersion" INTEGER,
    "leech" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "Card_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "CardSkill" (
    "cardId" TEXT NOT NULL,
    "skillId" TEXT NOT NULL,

    CONSTRAINT "CardSkill_pkey" PRIMARY KEY ("cardId","skillId")
);

-- CreateTable
CREATE TABLE "ReviewLog" (
    "id" TEXT NOT NULL,
    "clientReviewId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "cardId" TEXT NOT NULL,
    "deckId" TEXT NOT NULL,
    "subjectId" TEXT NOT NULL,
    "sessionId" TEXT,
    "grade" "ReviewGrade" NOT NULL,
    "reviewedAt" TIMESTAMPTZ(3) NOT NULL,
    "receivedAt" TIMESTAMPTZ(3) NOT NULL,
    "durationMs" INTEGER,
    "studyDay" TEXT NOT NULL,
    "presetId" TEXT NOT NULL,
    "presetVersion" INTEGER NOT NULL,
    "undoneAt" TIMESTAMPTZ(3),
    "stateBefore" "CardState" NOT NULL DEFAULT 'NEW',
    "elapsedStudyDays" INTEGER NOT NULL DEFAULT 0,
    "retrievabilityBefore" DOUBLE PRECISION,
    "credit" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "leechTriggered" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "ReviewLog_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ActivityDay" (
    "userId" TEXT NOT NULL,
    "subjectId" TEXT NOT NULL,
    "studyDay" TEXT NOT NULL,
    "focusSeconds" INTEGER NOT NULL DEFAULT 0,
    "sessions" INTEGER NOT NULL DEFAULT 0,
    "reviews" INTEGER NOT NULL DEFAULT 0,
    "correctReviews" INTEGER NOT NULL DEFAULT 0,
    "matureReviews" INTEGER NOT NULL DEFAULT 0,
    "matureCorrect" INTEGER NOT NULL DEFAULT 0,
    "newCards" INTEGER NOT NULL DEFAULT 0,
    "timedReviews" INTEGER NOT NULL DEFAULT 0,
    "reviewMs" BIGINT NOT NULL DEFAULT 0,
    "quizzes" INTEGER NOT NULL DEFAULT 0,
    "masteredSkills" INTEGER NOT NULL DEFAULT 0,
    "credit" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "units" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "ActivityDay_pkey" PRIMARY KEY ("userId","subjectId","studyDay")
);

-- CreateTable
CREATE TABLE "QuizResult" (
    "attemptId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "subjectId" TEXT NOT NULL,
    "fraction" DOUBLE PRECISION NOT NULL,
    "studyDay" TEXT NOT NULL,
    "gradedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "QuizResult_pkey" PRIMARY KEY ("attemptId")
);

-- CreateTable
CREATE TABLE "StreakFreeze" (
    "userId" TEXT NOT NULL,
    "studyDay" TEXT NOT NULL,
    "usedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "StreakFreeze_pkey" PRIMARY KEY ("userId","studyDay")
);

-- CreateTable
CREATE TABLE "StudyGoal" (
    "id" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "subjectId" TEXT,
    "kind" "GoalKind" NOT NULL,
    "target" INTEGER NOT NULL,
    "period" "GoalPeriod" NOT NULL,
    "startsOn" TEXT NOT NULL,
    "endsOn" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "StudyGoal_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "GoalMeeting" (
    "goalId" TEXT NOT NULL,
    "windowStart" TEXT NOT NULL,
    "metAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "GoalMeeting_pkey" PRIMARY KEY ("goalId","windowStart")
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
CREATE INDEX "Subject_ownerId_createdAt_id_idx" ON "Subject"("ownerId", "createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "Skill_subjectId_createdAt_id_idx" ON "Skill"("subjectId", "createdAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Skill_subjectId_code_key" ON "Skill"("subjectId", "code");

-- CreateIndex
CREATE INDEX "SkillPrerequisite_prerequisiteId_idx" ON "SkillPrerequisite"("prerequisiteId");

-- CreateIndex
CREATE INDEX "SkillLevel_subjectId_idx" ON "SkillLevel"("subjectId");

-- CreateIndex
CREATE INDEX "SkillLevelChange_subjectId_studyDay_idx" ON "SkillLevelChange"("subjectId", "studyDay");

-- CreateIndex
CREATE UNIQUE INDEX "Upload_key_key" ON "Upload"("key");

-- CreateIndex
CREATE INDEX "Upload_ownerId_createdAt_idx" ON "Upload"("ownerId", "createdAt");

-- CreateIndex
CREATE INDEX "Upload_expiresAt_idx" ON "Upload"("expiresAt");

-- CreateIndex
CREATE INDEX "Material_subjectId_createdAt_id_idx" ON "Material"("subjectId", "createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "Material_ownerId_idx" ON "Material"("ownerId");

-- CreateIndex
CREATE UNIQUE INDEX "MaterialChunk_materialId_revision_index_key" ON "MaterialChunk"("materialId", "revision", "index");

-- CreateIndex
CREATE UNIQUE INDEX "Summary_generationId_key" ON "Summary"("generationId");

-- CreateIndex
CREATE INDEX "Summary_materialId_createdAt_id_idx" ON "Summary"("materialId", "createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "Summary_subjectId_createdAt_id_idx" ON "Summary"("subjectId", "createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "StudySession_userId_createdAt_idx" ON "StudySession"("userId", "createdAt" DESC);

-- CreateIndex
CREATE INDEX "StudySession_subjectId_status_idx" ON "StudySession"("subjectId", "status");

-- CreateIndex
CREATE INDEX "StudySession_createdAt_completed" ON "StudySession"("createdAt") WHERE ("status" = 'COMPLETED');

-- CreateIndex
CREATE INDEX "StudySession_lastSeenAt_running" ON "StudySession"("lastSeenAt") WHERE ("endedAt" IS NULL);

-- CreateIndex
CREATE UNIQUE INDEX "StudySession_one_active_per_user" ON "StudySession"("userId") WHERE ("status" = 'ACTIVE');

-- CreateIndex
CREATE INDEX "SessionInterval_sessionId_startedAt_idx" ON "SessionInterval"("sessionId", "startedAt");

-- CreateIndex
CREATE INDEX "SessionDay_userId_subjectId_studyDay_idx" ON "SessionDay"("userId", "subjectId", "studyDay");

-- CreateIndex
CREATE UNIQUE INDEX "SchedulerPreset_one_default_per_owner" ON "SchedulerPreset"("ownerId") WHERE ("isDefault");

-- CreateIndex
CREATE UNIQUE INDEX "Deck_generationId_key" ON "Deck"("generationId");

-- CreateIndex
CREATE INDEX "Deck_subjectId_createdAt_id_idx" ON "Deck"("subjectId", "createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "Deck_ownerId_idx" ON "Deck"("ownerId");

-- CreateIndex
CREATE INDEX "Card_deckId_createdAt_id_idx" ON "Card"("deckId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Card_deckId_state_due_idx" ON "Card"("deckId", "state", "due");

-- CreateIndex
CREATE INDEX "Card_subjectId_state_due_idx" ON "Card"("subjectId", "state", "due");

-- CreateIndex
CREATE INDEX "Card_noteId_idx" ON "Card"("noteId");

-- CreateIndex
CREATE INDEX "CardSkill_skillId_idx" ON "CardSkill"("skillId");

-- CreateIndex
CREATE INDEX "ReviewLog_cardId_reviewedAt_clientReviewId_idx" ON "ReviewLog"("cardId", "reviewedAt", "clientReviewId");

-- CreateIndex
CREATE INDEX "ReviewLog_userId_studyDay_idx" ON "ReviewLog"("userId", "studyDay");

-- CreateIndex
CREATE INDEX "ReviewLog_subjectId_studyDay_idx" ON "ReviewLog"("subjectId", "studyDay");

-- CreateIndex
CREATE INDEX "ReviewLog_deckId_studyDay_idx" ON "ReviewLog"("deckId", "studyDay");

-- CreateIndex
CREATE INDEX "ReviewLog_sessionId_reviewedAt_idx" ON "ReviewLog"("sessionId", "reviewedAt");

-- CreateIndex
CREATE UNIQUE INDEX "ReviewLog_userId_clientReviewId_key" ON "ReviewLog"("userId", "clientReviewId");

-- CreateIndex
CREATE INDEX "ActivityDay_userId_studyDay_idx" ON "ActivityDay"("userId", "studyDay");

-- CreateIndex
CREATE INDEX "ActivityDay_subjectId_studyDay_idx" ON "ActivityDay"("subjectId", "studyDay");

-- CreateIndex
CREATE INDEX "QuizResult_userId_subjectId_studyDay_idx" ON "QuizResult"("userId", "subjectId", "studyDay");

-- CreateIndex
CREATE INDEX "StudyGoal_userId_createdAt_id_idx" ON "StudyGoal"("userId", "createdAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "OutboxEntry_sequence_key" ON "OutboxEntry"("sequence");

-- CreateIndex
CREATE INDEX "OutboxEntry_publishedAt_sequence_idx" ON "OutboxEntry"("publishedAt", "sequence");

-- CreateIndex
CREATE INDEX "InboxEntry_receivedAt_idx" ON "InboxEntry"("receivedAt");

-- CreateIndex
CREATE INDEX "IdempotencyRecord_createdAt_idx" ON "IdempotencyRecord"("createdAt");

-- AddForeignKey
ALTER TABLE "Skill" ADD CONSTRAINT "Skill_subjectId_fkey" FOREIGN KEY ("subjectId") REFERENCES "Subject"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SkillPrerequisite" ADD CONSTRAINT "SkillPrerequisite_skillId_fkey" FOREIGN KEY ("skillId") REFERENCES "Skill"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SkillPrerequisite" ADD CONSTRAINT "SkillPrerequisite_prerequisiteId_fkey" FOREIGN KEY ("prerequisiteId") REFERENCES "Skill"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Material" ADD CONSTRAINT "Material_subjectId_fkey" FOREIGN KEY ("subjectId") REFERENCES "Subject"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "MaterialRevision" ADD CONSTRAINT "MaterialRevision_materialId_fkey" FOREIGN KEY ("materialId") REFERENCES "Material"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "MaterialChunk" ADD CONSTRAINT "MaterialChunk_materialId_revision_fkey" FOREIGN KEY ("materialId", "revision") REFERENCES "MaterialRevision"("materialId", "revision") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Summary" ADD CONSTRAINT "Summary_materialId_fkey" FOREIGN KEY ("materialId") REFERENCES "Material"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Summary" ADD CONSTRAINT "Summary_subjectId_fkey" FOREIGN KEY ("subjectId") REFERENCES "Subject"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "StudySession" ADD CONSTRAINT "StudySession_subjectId_fkey" FOREIGN KEY ("subjectId") REFERENCES "Subject"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SessionInterval" ADD CONSTRAINT "SessionInterval_sessionId_fkey" FOREIGN KEY ("sessionId") REFERENCES "StudySession"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SessionDay" ADD CONSTRAINT "SessionDay_sessionId_fkey" FOREIGN KEY ("sessionId") REFERENCES "StudySession"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PresetVersion" ADD CONSTRAINT "PresetVersion_presetId_fkey" FOREIGN KEY ("presetId") REFERENCES "SchedulerPreset"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Deck" ADD CONSTRAINT "Deck_subjectId_fkey" FOREIGN KEY ("subjectId") REFERENCES "Subject"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Deck" ADD CONSTRAINT "Deck_presetId_fkey" FOREIGN KEY ("presetId") REFERENCES "SchedulerPreset"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Card" ADD CONSTRAINT "Card_deckId_fkey" FOREIGN KEY ("deckId") REFERENCES "Deck"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CardSkill" ADD CONSTRAINT "CardSkill_cardId_fkey" FOREIGN KEY ("cardId") REFERENCES "Card"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CardSkill" ADD CONSTRAINT "CardSkill_skillId_fkey" FOREIGN KEY ("skillId") REFERENCES "Skill"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ReviewLog" ADD CONSTRAINT "ReviewLog_cardId_fkey" FOREIGN KEY ("cardId") REFERENCES "Card"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ReviewLog" ADD CONSTRAINT "ReviewLog_sessionId_fkey" FOREIGN KEY ("sessionId") REFERENCES "StudySession"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "GoalMeeting" ADD CONSTRAINT "GoalMeeting_goalId_fkey" FOREIGN KEY ("goalId") REFERENCES "StudyGoal"("id") ON DELETE CASCADE ON UPDATE CASCADE;
