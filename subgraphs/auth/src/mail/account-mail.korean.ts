import {
  completeMfaCall,
  resetPasswordCall,
  verifyEmailCall,
  type Wordings,
} from './account-mail.wording.ts';

const notYou = '본인이 아니라면 즉시 새 비밀번호를 설정하고 로그인된 기기를 확인하세요.';

/** What mails of the account say in Korean. */
export const korean: Wordings = {
  VERIFY_REGISTRATION: {
    subject: 'StudyMate 이메일 주소를 인증해 주세요',
    body: 'StudyMate에 오신 것을 환영합니다. 아래 토큰으로 이 주소가 본인의 것임을 확인해 주세요. 토큰은 24시간 동안 한 번만 쓸 수 있습니다. 가입을 신청하지 않으셨다면 무시하셔도 됩니다.',
    call: verifyEmailCall,
  },
  ALREADY_REGISTERED: {
    subject: '이미 StudyMate 계정이 있습니다',
    body: '누군가(아마도 본인) 이 주소로 StudyMate 계정을 신청했지만 이미 계정이 있습니다. 로그인하시거나, 비밀번호를 잊으셨다면 재설정을 요청하세요. 본인이 아니라면 무시하셔도 됩니다.',
  },
  RESET_PASSWORD: {
    subject: 'StudyMate 비밀번호 재설정',
    body: '아래 토큰으로 새 비밀번호를 설정하세요. 토큰은 30분 동안 한 번만 쓸 수 있습니다. 요청하지 않으셨다면 무시하세요. 비밀번호는 그대로 유지됩니다.',
    call: resetPasswordCall,
  },
  VERIFY_NEW_EMAIL: {
    subject: 'StudyMate 새 이메일 주소를 확인해 주세요',
    body: '아래 토큰으로 계정을 이 주소로 옮기는 것을 확인해 주세요. 토큰은 24시간 동안 한 번만 쓸 수 있습니다.',
    call: verifyEmailCall,
  },
  PASSWORD_CHANGED: { subject: 'StudyMate 비밀번호가 변경되었습니다', body: notYou },
  EMAIL_CHANGED: {
    subject: 'StudyMate 계정의 이메일 주소 변경이 요청되었습니다',
    body: `비밀번호를 아는 누군가가 계정을 다른 주소로 옮기려고 합니다. ${notYou}`,
  },
  TOKEN_REUSED: {
    subject: 'StudyMate 세션 하나를 종료했습니다',
    body: `세션의 열쇠가 두 번 사용되었습니다. 복사되었을 수 있어 해당 세션을 종료했습니다. ${notYou}`,
  },
  SIGN_IN_CODE: {
    subject: 'StudyMate 로그인 코드',
    body: `비밀번호를 아는 누군가가 처음 보는 장소나 기기에서 로그인하고 있습니다. 아래 코드를 입력하세요. 코드는 15분 동안 한 번만 쓸 수 있습니다. ${notYou}`,
    call: completeMfaCall,
  },
  RISK_REFUSED: {
    subject: 'StudyMate 계정 접근을 차단했습니다',
    body: `평소와 매우 다른 방식의 접근이 있어 차단했습니다. ${notYou} 2단계 인증을 설정하면 그곳에서도 로그인할 수 있습니다.`,
  },
  NEW_DEVICE: {
    subject: '새로운 기기에서 StudyMate에 로그인했습니다',
    body: `처음 보는 기기나 장소에서 계정에 로그인했습니다. ${notYou}`,
  },
  FACTOR_ADDED: {
    subject: 'StudyMate 계정에 인증 앱이 추가되었습니다',
    body: `이제 로그인할 때 인증 앱의 코드도 필요합니다. ${notYou}`,
  },
  FACTOR_REMOVED: { subject: 'StudyMate 계정에서 인증 앱이 제거되었습니다', body: notYou },
  PASSKEY_ADDED: {
    subject: 'StudyMate 계정에 패스키가 추가되었습니다',
    body: `패스키를 가지고 잠금을 풀 수 있는 사람은 계정에 로그인할 수 있습니다. ${notYou}`,
  },
  PASSKEY_REMOVED: { subject: 'StudyMate 계정에서 패스키가 제거되었습니다', body: notYou },
  IDENTITY_LINKED: {
    subject: '외부 계정이 StudyMate 계정에 연결되었습니다',
    body: `Google 또는 GitHub 계정이 연결되어 그 계정으로도 로그인할 수 있습니다. ${notYou} 그다음 연결을 해제하세요.`,
  },
  IDENTITY_UNLINKED: { subject: '외부 계정과 StudyMate 계정의 연결이 해제되었습니다', body: notYou },
  ACCESS_TOKEN_ADDED: {
    subject: 'StudyMate 계정에 접근 키가 추가되었습니다',
    body: `키를 가진 사람은 허용된 범위 안에서 본인을 대신할 수 있습니다. ${notYou} 그다음 키를 폐기하세요.`,
  },
  RECOVERY_CODES_REPLACED: {
    subject: 'StudyMate 복구 코드가 교체되었습니다',
    body: `이전 복구 코드는 더 이상 쓸 수 없습니다. ${notYou}`,
  },
  DATA_EXPORT_REQUESTED: {
    subject: 'StudyMate 데이터 사본이 요청되었습니다',
    body: `저장된 모든 데이터를 모으고 있으며, 준비되면 다시 알려 드립니다. ${notYou}`,
  },
  DATA_EXPORT_READY: {
    subject: 'StudyMate 데이터 사본이 준비되었습니다',
    body: '로그인하여 내려받으세요. 7일 후에 삭제됩니다.',
  },
  DELETION_REQUESTED: {
    subject: 'StudyMate 계정이 삭제될 예정입니다',
    body: `대기 기간이 지나면 계정과 모든 데이터가 완전히 삭제됩니다. 그 전에는 로그인하여 취소할 수 있습니다. ${notYou}`,
  },
  DELETION_CANCELED: {
    subject: 'StudyMate 계정이 유지됩니다',
    body: `계정 삭제가 취소되었습니다. ${notYou}`,
  },
  ACCOUNT_DELETED: {
    subject: 'StudyMate 계정이 삭제되었습니다',
    body: '요청하신 대로 계정과 모든 데이터를 삭제하고 있습니다. 이것이 마지막 메일입니다.',
  },
  ACCOUNT_DISABLED: {
    subject: 'StudyMate 계정이 비활성화되었습니다',
    body: '관리자가 계정을 비활성화했습니다. 착오라고 생각되시면 이 메일에 회신해 주세요.',
  },
};
