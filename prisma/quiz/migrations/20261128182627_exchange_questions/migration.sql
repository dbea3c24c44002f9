-- CreateEnum
CREATE TYPE "ImportStatus" AS ENUM ('QUEUED', 'RUNNING', 'DONE', 'DRY_RUN', 'FAILED');

-- CreateEnum
CREATE TYPE "QuestionFileKind" AS ENUM ('UPLOAD', 'EXPORT', 'REPORT');

-- AlterTable
ALTER TABLE "BankEntry" ADD COLUMN     "title" TEXT;

-- AlterTable
ALTER TABLE "QuestionImport" ADD COLUMN     "fileId" TEXT,
ADD COLUMN     "itemsRead" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "problemCount" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "progress" DOUBLE PRECISION NOT NULL DEFAULT 1,
ADD COLUMN     "reportFileId" TEXT,
ADD COLUMN     "status" "ImportStatus" NOT NULL DEFAULT 'DONE';

-- CreateTable
CREATE TABLE "ImportProblem" (
    "importId" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "line" INTEGER,
    "item" TEXT,
    "message" TEXT NOT NULL,

    CONSTRAINT "ImportProblem_pkey" PRIMARY KEY ("importId","number")
);

-- The problems of earlier imports move to rows of their own.
INSERT INTO "ImportProblem" ("importId", "number", "line", "item", "message")
SELECT report."id", problem."number", (problem."value" ->> 'line')::int, problem."value" ->> 'item', problem."value" ->> 'message'
FROM "QuestionImport" report
CROSS JOIN LATERAL jsonb_array_elements(report."problems") WITH ORDINALITY AS problem("value", "number");

UPDATE "QuestionImport" SET
    "problemCount" = jsonb_array_length("problems"),
    "itemsRead" = "accepted" + jsonb_array_length("problems"),
    "status" = CASE WHEN "isDryRun" THEN 'DRY_RUN' ELSE 'DONE' END::"ImportStatus";

-- AlterTable
ALTER TABLE "QuestionImport" DROP COLUMN "problems";

-- CreateTable
CREATE TABLE "QuestionFile" (
    "id" TEXT NOT NULL,
    "ownerId" TEXT NOT NULL,
    "kind" "QuestionFileKind" NOT NULL,
    "key" TEXT NOT NULL,
    "filename" TEXT NOT NULL,
    "byteSize" INTEGER NOT NULL,
    "sha256" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "usedAt" TIMESTAMPTZ(3),

    CONSTRAINT "QuestionFile_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "QuestionFile_ownerId_kind_createdAt_idx" ON "QuestionFile"("ownerId", "kind", "createdAt");

-- CreateIndex
CREATE INDEX "QuestionFile_kind_createdAt_idx" ON "QuestionFile"("kind", "createdAt");

-- CreateIndex
CREATE INDEX "BankEntry_prompt_idx" ON "BankEntry" USING HASH ("prompt");

-- AddForeignKey
ALTER TABLE "ImportProblem" ADD CONSTRAINT "ImportProblem_importId_fkey" FOREIGN KEY ("importId") REFERENCES "QuestionImport"("id") ON DELETE CASCADE ON UPDATE CASCADE;
