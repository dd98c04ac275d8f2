CREATE TABLE leads (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  owner_id INT UNSIGNED NULL,
  stage_id INT UNSIGNED NULL,
  is_published TINYINT(1) NOT NULL DEFAULT 1,
  date_added DATETIME NULL,
  date_modified DATETIME NULL,
  points INT NOT NULL DEFAULT 0,
  last_active DATETIME NULL,
  date_identified DATETIME NULL,
  title VARCHAR(191) NULL,
  firstname VARCHAR(191) NULL,
  lastname VARCHAR(191) NULL,
  company VARCHAR(191) NULL,
  position VARCHAR(191) NULL,
  email VARCHAR(191) NULL,
  phone VARCHAR(191) NULL,
  mobile VARCHAR(191) NULL,
  address1 VARCHAR(191) NULL,
  address2 VARCHAR(191) NULL,
  city VARCHAR(191) NULL,
  state VARCHAR(191) NULL,
  zipcode VARCHAR(191) NULL,
  country VARCHAR(191) NULL,
  timezone VARCHAR(191) NULL,
  preferred_locale VARCHAR(191) NULL,
  website LONGTEXT NULL,
  facebook VARCHAR(191) NULL,
  instagram VARCHAR(191) NULL,
  linkedin VARCHAR(191) NULL,
  twitter VARCHAR(191) NULL,
  attribution DOUBLE NULL,
  attribution_date DATE NULL,
  INDEX lead_email (email),
  INDEX lead_date_added (date_added),
  INDEX country_search (country)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;
CREATE TABLE stages (id INT UNSIGNED NOT NULL PRIMARY KEY, name VARCHAR(191) NOT NULL, weight INT NOT NULL, is_published TINYINT(1) NOT NULL DEFAULT 1);
CREATE TABLE lead_tags (id INT UNSIGNED NOT NULL PRIMARY KEY, tag VARCHAR(191) NOT NULL, description LONGTEXT NULL) COLLATE = utf8mb4_unicode_ci;
CREATE TABLE lead_tags_xref (lead_id BIGINT UNSIGNED NOT NULL, tag_id INT UNSIGNED NOT NULL, PRIMARY KEY (lead_id, tag_id));
CREATE TABLE companies (
  id INT UNSIGNED NOT NULL PRIMARY KEY,
  score INT NULL,
  companyname VARCHAR(191) NULL,
  companyemail VARCHAR(191) NULL,
  companycity VARCHAR(191) NULL,
  companycountry VARCHAR(191) NULL,
  companyindustry VARCHAR(191) NULL,
  companywebsite VARCHAR(191) NULL,
  companynumber_of_employees DOUBLE NULL,
  companyannual_revenue DOUBLE NULL
) COLLATE = utf8mb4_unicode_ci;
CREATE TABLE companies_leads (company_id INT UNSIGNED NOT NULL, lead_id BIGINT UNSIGNED NOT NULL, date_added DATETIME NOT NULL, is_primary TINYINT(1) NULL, PRIMARY KEY (company_id, lead_id), INDEX (lead_id));
CREATE TABLE lead_donotcontact (id BIGINT UNSIGNED NOT NULL PRIMARY KEY, lead_id BIGINT UNSIGNED NULL, date_added DATETIME NOT NULL, reason SMALLINT NOT NULL, channel VARCHAR(191) NOT NULL, channel_id INT NULL, comments LONGTEXT NULL, INDEX (lead_id, channel, reason));
CREATE TABLE lead_utmtags (id INT UNSIGNED NOT NULL PRIMARY KEY, lead_id BIGINT UNSIGNED NOT NULL, date_added DATETIME NOT NULL, utm_campaign VARCHAR(191) NULL, utm_content VARCHAR(191) NULL, utm_medium VARCHAR(191) NULL, utm_source VARCHAR(191) NULL, utm_term VARCHAR(191) NULL, INDEX (lead_id));
CREATE TABLE lead_devices (id BIGINT UNSIGNED NOT NULL PRIMARY KEY, lead_id BIGINT UNSIGNED NOT NULL, date_added DATETIME NOT NULL, device VARCHAR(191) NULL, device_os_name VARCHAR(191) NULL, device_brand VARCHAR(191) NULL, device_model VARCHAR(191) NULL, INDEX (lead_id));
CREATE TABLE emails (id INT UNSIGNED NOT NULL PRIMARY KEY, name VARCHAR(191) NOT NULL, subject LONGTEXT NULL);
CREATE TABLE email_stats (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  email_id INT UNSIGNED NULL,
  lead_id BIGINT UNSIGNED NULL,
  list_id INT UNSIGNED NULL,
  email_address VARCHAR(191) NOT NULL DEFAULT '',
  date_sent DATETIME NOT NULL,
  is_read TINYINT(1) NOT NULL,
  is_failed TINYINT(1) NOT NULL,
  date_read DATETIME NULL,
  source VARCHAR(191) NULL,
  source_id INT NULL,
  open_count INT NULL,
  INDEX (lead_id, date_sent)
);
CREATE TABLE email_stats_devices (id BIGINT UNSIGNED NOT NULL PRIMARY KEY, stat_id BIGINT UNSIGNED NULL, device_id BIGINT UNSIGNED NULL, date_opened DATETIME NOT NULL, INDEX (stat_id));
CREATE TABLE pages (id INT UNSIGNED NOT NULL PRIMARY KEY, title VARCHAR(191) NOT NULL);
CREATE TABLE page_redirects (id BIGINT UNSIGNED NOT NULL PRIMARY KEY, redirect_id VARCHAR(25) NOT NULL, url LONGTEXT NOT NULL);
CREATE TABLE page_hits (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  page_id INT UNSIGNED NULL,
  redirect_id BIGINT UNSIGNED NULL,
  email_id INT UNSIGNED NULL,
  lead_id BIGINT UNSIGNED NULL,
  date_hit DATETIME NOT NULL,
  country VARCHAR(191) NULL,
  region VARCHAR(191) NULL,
  city VARCHAR(191) NULL,
  code INT NOT NULL,
  referer LONGTEXT NULL,
  url LONGTEXT NULL,
  url_title VARCHAR(191) NULL,
  source VARCHAR(191) NULL,
  source_id INT NULL,
  INDEX (lead_id, date_hit)
);
CREATE TABLE forms (id INT UNSIGNED NOT NULL PRIMARY KEY, name VARCHAR(191) NOT NULL, alias VARCHAR(191) NOT NULL);
CREATE TABLE form_submissions (id INT UNSIGNED NOT NULL PRIMARY KEY, form_id INT UNSIGNED NOT NULL, lead_id BIGINT UNSIGNED NULL, date_submitted DATETIME NOT NULL, referer LONGTEXT NULL, page_id INT UNSIGNED NULL, INDEX (lead_id));
CREATE TABLE lead_points_change_log (id BIGINT UNSIGNED NOT NULL PRIMARY KEY, lead_id BIGINT UNSIGNED NOT NULL, type TINYTEXT NOT NULL, event_name VARCHAR(191) NOT NULL, action_name VARCHAR(191) NOT NULL, delta INT NOT NULL, date_added DATETIME NOT NULL, INDEX (lead_id));
CREATE TABLE lead_stages_change_log (id BIGINT UNSIGNED NOT NULL PRIMARY KEY, lead_id BIGINT UNSIGNED NOT NULL, stage_id INT UNSIGNED NULL, event_name VARCHAR(191) NOT NULL, action_name VARCHAR(191) NOT NULL, date_added DATETIME NOT NULL, INDEX (lead_id));
CREATE TABLE assets (id INT UNSIGNED NOT NULL PRIMARY KEY, title VARCHAR(191) NOT NULL);
CREATE TABLE asset_downloads (id INT UNSIGNED NOT NULL PRIMARY KEY, asset_id INT UNSIGNED NULL, lead_id BIGINT UNSIGNED NULL, date_download DATETIME NOT NULL, code INT NOT NULL, referer LONGTEXT NULL, source VARCHAR(191) NULL, source_id INT NULL, INDEX (lead_id));
CREATE TABLE lead_lists (id INT UNSIGNED NOT NULL PRIMARY KEY, name VARCHAR(191) NOT NULL, alias VARCHAR(191) NOT NULL, is_published TINYINT(1) NOT NULL DEFAULT 1);
CREATE TABLE lead_lists_leads (leadlist_id INT UNSIGNED NOT NULL, lead_id BIGINT UNSIGNED NOT NULL, date_added DATETIME NOT NULL, manually_removed TINYINT(1) NOT NULL, manually_added TINYINT(1) NOT NULL, PRIMARY KEY (leadlist_id, lead_id), INDEX (lead_id));
