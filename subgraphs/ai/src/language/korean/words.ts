const words = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/));

/** Nouns too general to be taught. */
export const generalNouns = words(`
  이것 그것 저것 여기 거기 경우 때문 통해 위해 대한 관련 정도 가지 하나 우리 다음 모든 여러 매우 가장 이때 과정 방법 사용 이용
  사람 사실 문제 결과 원인 이유 까닭 부분 전체 대부분 일부 다수 여럿 종류 모양 역할 구조 기능 작용 활동 상태 성질 특징 자신 스스로 서로
  시간 시기 초기 동안 이후 이전 처음 나중 마지막 오늘 오늘날 현재 옛날 요즘 평생 하루 날마다 며칠 일주일 번째 개월 년 월 일 시 분 초
  크게 다른 같은 특정 공통 주변 안쪽 바깥 바깥층 사이 가운데 중간 위 아래 앞 뒤 속 안 밖 쪽 곳 자리 길 길목 겉 면 표면 내부 외부
  수 개 명 번 것 등 및 점 쪽 채 만큼 대신 뿐 중 예 말 뜻 일 힘 몸 몸속 온몸 눈 목 집 물건 이름 체계 신호 도움 교육 연구 발견 설명 확인
  방어 반응 능력 현상 원리 실험 공로 기초 세계 의사 환자 약 먹이 장벽 조각 주인공 구성원 인구 이웃 생활 습관 비결 음식 영양 운동 건강 방식
  임금 왕 대통령 박사 교수 장군 학자 감독 작가 시인 화가 과학자 물리학자 화학자 생물학자 철학자 의학자
  의미 중요 필요 가능 다양 증가 감소 변화 발생 형성 구성 포함 제공 유지 존재 시작 완전 자체 각각 나머지 반면 물질 생물 조직 수십조 수억 수천 무늬
`);

/** Sentences that begin so lean on the one before. */
export const leaningStart =
  /^(?:이|그|저|이런|그런|이러한|그러한|이렇게|그렇게|이것|그것|이들|그들|이는|그는|이를|그를|이때|그때|이처럼|그래서|그런데|그런데도|그렇지만|그리하여|그 대신|그 결과|두|세 (?:가지|단계)|같은|이와|이로|여기|거기|또 다른|다른|나머지|첫째|둘째|셋째|전자|후자|결국|마지막으로|먼저|이어서|각각의|하나의|이 과정|이 밖에|그 밖에|왜냐하면|즉|다만|한편|반면|예를)(?=[\s은는이가을를의에도과와,]|$)/;

/** `이 과정을`, `그 물질을`: names something said earlier. */
export const leansOnEarlier =
  /(?:^|\s)(?:이|그|이러한|그러한|이런|그런|위의|앞의|이들|그들|이것|그것)\s(?!밖에|외에)|(?:^|\s)(?:이것|그것|이들|그들)[은는이가을를의에도]/;

/** Connectives that a sentence can lose at its start without losing its sense. */
export const leadingConnective =
  /^(?:그러나|하지만|또한|또|따라서|그러므로|그리고|게다가|특히|사실|물론|실제로|예를 들어),?\s+/;

/** Verbs and nouns that carry no content for ranking. */
export const weakWords = words(`
  있 없 하 되 이 아니 않 같 보 주 받 가지 지니 만들 나누 말 위하 대하 통하 의하 때문 것 수 등 경우 정도 대부분 매우 가장 서로 다른 같은 모든 여러
`);

/** What people do in study texts: a name before one of these is a person's. */
export const personVerb =
  /(?:받았다|받았고|발견하|밝혀|밝힌|밝혔|제안하|제안한|만들었|개발하|개발한|확인하였|확인했|사용하였|사용했|증명하|발명하|주장하|설계하|발표하|창제하|저술하|마련하여|관찰하)/;
