-- The plans on offer. Reference data: a later change of the offer is a later migration.
INSERT INTO "Plan" ("id", "code", "name", "description", "rank", "trialDays", "public") VALUES
  ('pln_01900000-0000-7000-8000-000000000001', 'free', 'Free', 'Study, review and take quizzes. A welcome gift of AI credits is included.', 0, 0, true),
  ('pln_01900000-0000-7000-8000-000000000002', 'plus', 'Plus', 'More room, and AI summaries, quizzes and cards every month.', 1, 7, true),
  ('pln_01900000-0000-7000-8000-000000000007', 'pro', 'Pro', 'Four times the AI credits of Plus, and support answers you first.', 2, 0, true);

INSERT INTO "PlanFeature" ("planId", "feature", "kind", "limit") VALUES
  ('pln_01900000-0000-7000-8000-000000000001', 'quiz.attempts', 'METERED', 100),
  ('pln_01900000-0000-7000-8000-000000000001', 'storage.bytes', 'LIMIT', 104857600),
  ('pln_01900000-0000-7000-8000-000000000002', 'ai.credits', 'METERED', 500),
  ('pln_01900000-0000-7000-8000-000000000002', 'quiz.attempts', 'METERED', NULL),
  ('pln_01900000-0000-7000-8000-000000000002', 'storage.bytes', 'LIMIT', 2147483647),
  ('pln_01900000-0000-7000-8000-000000000007', 'ai.credits', 'METERED', 2000),
  ('pln_01900000-0000-7000-8000-000000000007', 'quiz.attempts', 'METERED', NULL),
  ('pln_01900000-0000-7000-8000-000000000007', 'storage.bytes', 'LIMIT', NULL),
  ('pln_01900000-0000-7000-8000-000000000007', 'support.priority', 'BOOLEAN', NULL);

INSERT INTO "Price" ("id", "planId", "amountMinor", "currency", "interval", "intervalCount", "active", "lookupKey") VALUES
  ('prc_01900000-0000-7000-8000-000000000003', 'pln_01900000-0000-7000-8000-000000000002', 9900, 'KRW', 'MONTH', 1, true, 'studymate_plus_month_krw'),
  ('prc_01900000-0000-7000-8000-000000000004', 'pln_01900000-0000-7000-8000-000000000002', 99000, 'KRW', 'YEAR', 1, true, 'studymate_plus_year_krw'),
  ('prc_01900000-0000-7000-8000-000000000005', 'pln_01900000-0000-7000-8000-000000000002', 799, 'USD', 'MONTH', 1, true, 'studymate_plus_month_usd'),
  ('prc_01900000-0000-7000-8000-000000000006', 'pln_01900000-0000-7000-8000-000000000002', 7990, 'USD', 'YEAR', 1, true, 'studymate_plus_year_usd'),
  ('prc_01900000-0000-7000-8000-000000000008', 'pln_01900000-0000-7000-8000-000000000007', 19900, 'KRW', 'MONTH', 1, true, 'studymate_pro_month_krw'),
  ('prc_01900000-0000-7000-8000-000000000009', 'pln_01900000-0000-7000-8000-000000000007', 199000, 'KRW', 'YEAR', 1, true, 'studymate_pro_year_krw'),
  ('prc_01900000-0000-7000-8000-000000000010', 'pln_01900000-0000-7000-8000-000000000007', 1599, 'USD', 'MONTH', 1, true, 'studymate_pro_month_usd'),
  ('prc_01900000-0000-7000-8000-000000000011', 'pln_01900000-0000-7000-8000-000000000007', 15990, 'USD', 'YEAR', 1, true, 'studymate_pro_year_usd');
