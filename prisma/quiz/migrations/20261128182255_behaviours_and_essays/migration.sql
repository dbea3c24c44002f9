-- CreateEnum
CREATE TYPE "QuestionBehaviour" AS ENUM ('DEFERRED', 'IMMEDIATE', 'INTERACTIVE_MULTIPLE_TRIES', 'CERTAINTY_BASED', 'ADAPTIVE');

-- CreateEnum
CREATE TYPE "Certainty" AS ENUM ('LOW', 'MEDIUM', 'HIGH');

-- CreateEnum
CREATE TYPE "GraderKind" AS ENUM ('RULES', 'HUMAN', 'AI_PROPOSED', 'AI_CONFIRMED');

-- AlterEnum
ALTER TYPE "Correctness" ADD VALUE 'PENDING';

-- AlterEnum
ALTER TYPE "QuestionKind" ADD VALUE 'ESSAY';

-- AlterEnum
ALTER TYPE "RevealMoment" ADD VALUE 'AFTER_EACH';

-- AlterTable
ALTER TABLE "Attempt" ADD COLUMN     "behaviour" "QuestionBehaviour" NOT NULL DEFAULT 'DEFERRED',
ADD COLUMN     "maxTries" INTEGER NOT NULL DEFAULT 3,
ADD COLUMN     "tryPenalty" DECIMAL(12,10) NOT NULL DEFAULT 0.3333333333;

-- AlterTable
ALTER TABLE "AttemptItem" ADD COLUMN     "awaitsGraderId" TEXT,
ADD COLUMN     "certainty" "Certainty",
ADD COLUMN     "gradedBy" "GraderKind" NOT NULL DEFAULT 'RULES',
ADD COLUMN     "isChecked" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "isSettled" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "proposal" JSONB,
ADD COLUMN     "rubric" JSONB,
ADD COLUMN     "tries" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "Quiz" ADD COLUMN     "behaviour" "QuestionBehaviour" NOT NULL DEFAULT 'DEFERRED',
ADD COLUMN     "maxTries" INTEGER NOT NULL DEFAULT 3,
ADD COLUMN     "tryPenalty" DECIMAL(12,10) NOT NULL DEFAULT 0.3333333333;

-- CreateIndex
CREATE INDEX "AttemptItem_awaiting" ON "AttemptItem"("awaitsGraderId", "id") WHERE ("awaitsGraderId" IS NOT NULL);
