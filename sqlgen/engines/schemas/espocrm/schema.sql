CREATE TABLE contact (
  id VARCHAR(17) NOT NULL PRIMARY KEY,
  deleted TINYINT(1) DEFAULT 0,
  salutation_name VARCHAR(255) NULL,
  first_name VARCHAR(100) NULL,
  last_name VARCHAR(100) NULL,
  description MEDIUMTEXT NULL,
  do_not_call TINYINT(1) NOT NULL DEFAULT 0,
  address_street VARCHAR(255) NULL,
  address_city VARCHAR(100) NULL,
  address_state VARCHAR(100) NULL,
  address_country VARCHAR(100) NULL,
  address_postal_code VARCHAR(40) NULL,
  account_id VARCHAR(17) NULL,
  assigned_user_id VARCHAR(17) NULL,
  created_at DATETIME NULL,
  modified_at DATETIME NULL,
  c_birthday DATE NULL,
  c_score INT NULL,
  c_vip TINYINT(1) NOT NULL DEFAULT 0,
  c_discount DECIMAL(13, 4) NULL,
  c_interests MEDIUMTEXT NULL,
  c_renewal_at DATETIME NULL,
  c_tier ENUM('Bronze', 'Silver', 'Gold') NULL,
  INDEX (account_id, deleted),
  INDEX (created_at, deleted)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;
CREATE TABLE account (
  id VARCHAR(17) NOT NULL PRIMARY KEY,
  name VARCHAR(249) NULL,
  deleted TINYINT(1) DEFAULT 0,
  type VARCHAR(255) NULL,
  industry VARCHAR(255) NULL,
  billing_address_country VARCHAR(100) NULL
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;
CREATE TABLE email_address (id VARCHAR(17) NOT NULL PRIMARY KEY, name VARCHAR(255) NOT NULL, deleted TINYINT(1) DEFAULT 0, lower VARCHAR(255) NOT NULL, invalid TINYINT(1) NOT NULL DEFAULT 0, opt_out TINYINT(1) NOT NULL DEFAULT 0, INDEX (lower)) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;
CREATE TABLE entity_email_address (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  entity_id VARCHAR(17) NULL,
  email_address_id VARCHAR(17) NULL,
  entity_type VARCHAR(100) NULL,
  `primary` TINYINT(1) DEFAULT 0,
  deleted TINYINT(1) DEFAULT 0,
  INDEX (entity_id)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;
CREATE TABLE target_list (id VARCHAR(17) NOT NULL PRIMARY KEY, name VARCHAR(255) NULL, deleted TINYINT(1) DEFAULT 0) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;
CREATE TABLE contact_target_list (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  contact_id VARCHAR(17) NULL,
  target_list_id VARCHAR(17) NULL,
  opted_out TINYINT(1) DEFAULT 0,
  deleted TINYINT(1) DEFAULT 0,
  INDEX (contact_id),
  INDEX (target_list_id)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;
CREATE TABLE campaign (id VARCHAR(17) NOT NULL PRIMARY KEY, name VARCHAR(255) NULL, deleted TINYINT(1) DEFAULT 0) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;
CREATE TABLE campaign_log_record (
  id VARCHAR(17) NOT NULL PRIMARY KEY,
  number BIGINT NOT NULL,
  deleted TINYINT(1) DEFAULT 0,
  action VARCHAR(50) NULL,
  action_date DATETIME NULL,
  string_data VARCHAR(100) NULL,
  data MEDIUMTEXT NULL,
  is_test TINYINT(1) NOT NULL DEFAULT 0,
  campaign_id VARCHAR(17) NULL,
  parent_id VARCHAR(17) NULL,
  parent_type VARCHAR(100) NULL,
  INDEX (action_date, deleted),
  INDEX (parent_id, parent_type)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;
CREATE TABLE opportunity (
  id VARCHAR(17) NOT NULL PRIMARY KEY,
  name VARCHAR(249) NULL,
  deleted TINYINT(1) DEFAULT 0,
  amount DECIMAL(13, 4) NULL,
  stage VARCHAR(255) NULL,
  probability INT NULL,
  close_date DATE NULL,
  created_at DATETIME NULL
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;
CREATE TABLE contact_opportunity (id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, contact_id VARCHAR(17) NULL, opportunity_id VARCHAR(17) NULL, role VARCHAR(50) NULL, deleted TINYINT(1) DEFAULT 0, INDEX (contact_id)) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;
CREATE TABLE `case` (
  id VARCHAR(17) NOT NULL PRIMARY KEY,
  name VARCHAR(249) NULL,
  deleted TINYINT(1) DEFAULT 0,
  number INT UNSIGNED NOT NULL,
  status VARCHAR(255) NULL,
  priority VARCHAR(255) NULL,
  created_at DATETIME NULL,
  contact_id VARCHAR(17) NULL,
  INDEX (contact_id)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;
CREATE TABLE meeting (id VARCHAR(17) NOT NULL PRIMARY KEY, name VARCHAR(255) NULL, deleted TINYINT(1) DEFAULT 0, status VARCHAR(255) NULL, date_start DATETIME NULL) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;
CREATE TABLE contact_meeting (id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, contact_id VARCHAR(17) NULL, meeting_id VARCHAR(17) NULL, status VARCHAR(36) NULL, deleted TINYINT(1) DEFAULT 0, INDEX (contact_id)) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;
