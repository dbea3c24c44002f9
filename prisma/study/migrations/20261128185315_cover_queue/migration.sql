-- CreateIndex
CREATE INDEX "Card_review_by_due" ON "Card"("deckId", "due", "noteId", "lastStudyDay", "stability", "id") WHERE ("state" = 'REVIEW'::"CardState" AND NOT "suspended");

-- CreateIndex
CREATE INDEX "ReviewLog_userId_studyDay_reviewedAt_counted" ON "ReviewLog"("userId", "studyDay", "reviewedAt") WHERE ("undoneAt" IS NULL);
