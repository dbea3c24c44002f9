-- CreateTable
CREATE TABLE "QuestionImport" (
    "id" TEXT NOT NULL,
    "bankId" TEXT NOT NULL,
    "format" TEXT NOT NULL,
    "isDryRun" BOOLEAN NOT NULL,
    "accepted" INTEGER NOT NULL,
    "entryIds" TEXT[],
    "problems" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "QuestionImport_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "QuestionImport_bankId_idx" ON "QuestionImport"("bankId");
