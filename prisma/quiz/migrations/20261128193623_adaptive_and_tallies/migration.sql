-- CreateEnum
CREATE TYPE "StopReason" AS ENUM ('PRECISION', 'MAX_ITEMS', 'BANK_EXHAUSTED', 'TIME', 'LEARNER');

-- CreateEnum
CREATE TYPE "IrtModel" AS ENUM ('TWO_PL', 'ELO');

-- CreateEnum
CREATE TYPE "TallyMeasure" AS ENUM ('WHOLE', 'PLACE', 'REST');

-- AlterTable
ALTER TABLE "Attempt" ADD COLUMN     "adaptive" JSONB,
ADD COLUMN     "countedAt" TIMESTAMPTZ(3),
ADD COLUMN     "pool" JSONB,
ADD COLUMN     "ratedAt" TIMESTAMPTZ(3),
ADD COLUMN     "stopReason" "StopReason",
ADD COLUMN     "tally" JSONB,
ADD COLUMN     "theta" DOUBLE PRECISION,
ADD COLUMN     "thetaError" DOUBLE PRECISION,
ADD COLUMN     "thetaMethod" TEXT;

-- AlterTable
ALTER TABLE "Quiz" ADD COLUMN     "adaptive" JSONB;

-- CreateTable
CREATE TABLE "QuestionIrt" (
    "questionId" TEXT NOT NULL,
    "model" "IrtModel" NOT NULL DEFAULT 'ELO',
    "discrimination" DOUBLE PRECISION NOT NULL DEFAULT 1,
    "difficulty" DOUBLE PRECISION NOT NULL,
    "standardErrorDifficulty" DOUBLE PRECISION,
    "sampleSize" INTEGER NOT NULL DEFAULT 0,
    "answers" INTEGER NOT NULL DEFAULT 0,
    "calibratedAt" TIMESTAMPTZ(3),

    CONSTRAINT "QuestionIrt_pkey" PRIMARY KEY ("questionId")
);

-- CreateTable
CREATE TABLE "LearnerRating" (
    "userId" TEXT NOT NULL,
    "subjectId" TEXT NOT NULL,
    "ability" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "answers" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "LearnerRating_pkey" PRIMARY KEY ("userId","subjectId")
);

-- CreateTable
CREATE TABLE "ScoreTally" (
    "quizId" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "measure" "TallyMeasure" NOT NULL,
    "points" DECIMAL(20,10) NOT NULL,
    "attempts" INTEGER NOT NULL,

    CONSTRAINT "ScoreTally_pkey" PRIMARY KEY ("quizId","revision","position","measure","points")
);

-- CreateTable
CREATE TABLE "ChoiceTally" (
    "quizId" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "choiceId" TEXT NOT NULL,
    "picked" INTEGER NOT NULL,
    "points" DECIMAL(30,10) NOT NULL,

    CONSTRAINT "ChoiceTally_pkey" PRIMARY KEY ("quizId","revision","position","choiceId")
);

-- CreateIndex
CREATE INDEX "Attempt_uncounted" ON "Attempt"("id") WHERE ("state" = 'GRADED' AND "tally" IS NULL);

-- AddForeignKey
ALTER TABLE "QuestionIrt" ADD CONSTRAINT "QuestionIrt_questionId_fkey" FOREIGN KEY ("questionId") REFERENCES "Question"("id") ON DELETE CASCADE ON UPDATE CASCADE;
