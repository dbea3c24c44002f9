-- CreateIndex
CREATE INDEX IF NOT EXISTS "Card_new_by_age" ON "Card"("deckId", "createdAt", "id") WHERE ("state" = 'NEW'::"CardState");

-- CreateIndex
CREATE INDEX IF NOT EXISTS "Card_subjectId_createdDay_idx" ON "Card"("subjectId", "createdDay");
